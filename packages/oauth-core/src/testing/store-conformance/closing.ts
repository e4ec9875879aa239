import { assertBytes, assertUnavailable, everyOperation, type StoreCheck, utf8 } from "./check.ts"

export const closingChecks: readonly StoreCheck[] = [
  [
    "ping resolves on an open store",
    async ({ store }) => {
      await store.ping()
    },
  ],
  [
    "after close every operation is refused, and closing again is not an error",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      await store.close()
      await store.close()
      for (const [name, operation] of Object.entries(everyOperation(store, fromNow(1_000)))) {
        await assertUnavailable(operation(), `${name} after close`)
      }
    },
  ],
  [
    "a store that was never used can be closed",
    async ({ open }) => {
      const unused = await open()
      await unused.close()
      await assertUnavailable(unused.get("type:a"), "get after close")
    },
  ],
  [
    "close waits for running operations",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      const taken = store.take("type:a")
      const written = Promise.all(
        Array.from({ length: 50 }, (_, at) => store.put(`type:${at}`, utf8("b"), fromNow(1_000))),
      )
      await store.close()
      assertBytes(await taken, utf8("a"), "take that began before close")
      await written
    },
  ],
]
