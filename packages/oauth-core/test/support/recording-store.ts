import { memoryStore, type Store } from "../../src/index.ts"

/** An in-memory store that records which kinds of records were accessed. */
export function recordingStore(now: () => number): Store & { touched: Set<string> } {
  const store = memoryStore({ now })
  const touched = new Set<string>()
  const noted = (key: string): string => {
    touched.add(key.slice(0, key.indexOf(":")))
    return key
  }
  return {
    ...store,
    touched,
    get: (key) => store.get(noted(key)),
    put: (key, ...rest) => store.put(noted(key), ...rest),
    take: (key) => store.take(noted(key)),
    swap: (key, ...rest) => store.swap(noted(key), ...rest),
    delete: (key) => store.delete(noted(key)),
  }
}
