import type { Store } from "../../src/index.ts"

/** A store whose writes to a device's record can be held back, to arrange requests that overlap. */
export function pausedSwaps(store: Store) {
  let pause: (() => Promise<void>) | undefined
  const paused: Store = {
    ...store,
    async swap(key, expected, next, expiresAt) {
      const wait = key.startsWith("device:") ? pause : undefined
      pause = wait ? undefined : pause
      await wait?.()
      return store.swap(key, expected, next, expiresAt)
    },
  }
  return {
    store: paused,
    /** Starts a request, and returns once it is about to write. */
    async during<T>(ask: () => Promise<T>): Promise<{ answer: Promise<T>; resume: () => void }> {
      const reached = Promise.withResolvers<void>()
      const resumed = Promise.withResolvers<void>()
      pause = async () => {
        reached.resolve()
        await resumed.promise
      }
      const answer = ask()
      await reached.promise
      return { answer, resume: resumed.resolve }
    },
  }
}
