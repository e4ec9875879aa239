import type { Store } from "../../ports/store.ts"
import { assertEqual, collect, type StoreCheck, utf8 } from "./check.ts"

export const scanChecks: readonly StoreCheck[] = [
  [
    "scan finds the keys with that prefix and no others",
    async ({ store, fromNow }) => {
      const keys = ["client:a", "client:b", "clients:c", "client", "grant:client:d", "CLIENT:e"]
      for (const key of keys) await store.put(key, utf8("x"), fromNow(1_000))
      const found = await collect(store.scan("client:"))
      assertEqual(found.toSorted(), ["client:a", "client:b"], "scan of client:")
      assertEqual((await collect(store.scan(""))).length, keys.length, "scan of every key")
      assertEqual(await collect(store.scan("none:")), [], "scan of an unused prefix")
    },
  ],
  [
    "scan treats pattern characters literally",
    async ({ store, fromNow }) => {
      const patterns = ["*", "?", "[a-z]", "a%", "a_", "\\", "^a", "a.c"]
      await store.put("abc", utf8("x"), fromNow(1_000))
      for (const pattern of patterns) {
        await store.put(`${pattern}!`, utf8("x"), fromNow(1_000))
        const found = await collect(store.scan(pattern))
        assertEqual(found, [`${pattern}!`], `scan of ${pattern}`)
      }
    },
  ],
  [
    "scan finds each of 1,200 keys once",
    async ({ store, fromNow }) => {
      const keys = Array.from({ length: 1_200 }, (_, at) => `type:${String(at).padStart(5, "0")}`)
      await writeAll(store, keys, fromNow(1_000))
      const found = await collect(store.scan("type:"))
      assertEqual(found.toSorted(), keys, "scan")
    },
  ],
  [
    "keys may be deleted during a scan",
    async ({ store, fromNow }) => {
      const keys = Array.from({ length: 600 }, (_, at) => `type:${at}`)
      await writeAll(store, keys, fromNow(1_000))
      for await (const key of store.scan("type:")) await store.delete(key)
      assertEqual(await collect(store.scan("type:")), [], "scan after deleting what was found")
    },
  ],
]

async function writeAll(store: Store, keys: readonly string[], expiresAt: Date) {
  for (let at = 0; at < keys.length; at += 100) {
    const some = keys.slice(at, at + 100)
    await Promise.all(some.map((key) => store.put(key, utf8("x"), expiresAt)))
  }
}
