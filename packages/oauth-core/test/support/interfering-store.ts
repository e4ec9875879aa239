import { memoryStore, type Store, StoreUnavailableError } from "../../src/index.ts"

type Operation = "get" | "put" | "take" | "swap" | "delete"

/** An in-memory store in which something can happen just before an operation on a kind of record. */
export function interferingStore(now: () => number) {
  const store = memoryStore({ now })
  let plan: { operation: Operation; kind: string; act: () => void } | undefined
  const before = (operation: Operation, key: string) => {
    if (plan?.operation !== operation || !key.startsWith(`${plan.kind}:`)) return
    const { act } = plan
    plan = undefined
    act()
  }
  const interfering: Store = {
    ...store,
    async get(key) {
      before("get", key)
      return store.get(key)
    },
    async put(key, value, expiresAt) {
      before("put", key)
      return store.put(key, value, expiresAt)
    },
    async take(key) {
      before("take", key)
      return store.take(key)
    },
    async swap(key, expected, next, expiresAt) {
      before("swap", key)
      return store.swap(key, expected, next, expiresAt)
    },
    async delete(key) {
      before("delete", key)
      return store.delete(key)
    },
  }
  return {
    store: interfering,
    /** Runs once, before the next such operation. */
    next(operation: Operation, kind: string, act: () => void) {
      plan = { operation, kind, act }
    },
    /** Makes the next such operation fail to reach the store. */
    failNext(operation: Operation, kind: string) {
      plan = {
        operation,
        kind,
        act() {
          throw new StoreUnavailableError("the store is down")
        },
      }
    },
    /** Whether the planned interference has happened. */
    happened: () => plan === undefined,
  }
}
