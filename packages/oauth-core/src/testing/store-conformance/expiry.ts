import {
  assert,
  assertAbsent,
  assertBytes,
  assertEqual,
  collect,
  type StoreCheck,
  utf8,
} from "./check.ts"

/** The latest possible `Date`: the expiry of a record that never expires. */
const endOfTime = new Date(8_640_000_000_000_000)

export const expiryChecks: readonly StoreCheck[] = [
  [
    "a record exists until its expiry, and from that millisecond on it doesn't",
    async ({ store, clock, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      clock.now += 999
      assertBytes(await store.get("type:a"), utf8("a"), "get, 1 ms before the expiry")
      clock.now += 1
      assertAbsent(await store.get("type:a"), "get at the expiry")
    },
  ],
  [
    "a record written by swap expires too",
    async ({ store, clock, fromNow }) => {
      await store.swap("type:a", undefined, utf8("a"), fromNow(1_000))
      await store.swap("type:a", utf8("a"), utf8("b"), fromNow(2_000))
      clock.now += 1_999
      assertBytes(await store.get("type:a"), utf8("b"), "get, 1 ms before the second expiry")
      clock.now += 1
      assertAbsent(await store.get("type:a"), "get at the second expiry")
    },
  ],
  [
    "take does not see an expired record",
    async ({ store, clock, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      clock.now += 1_000
      assertAbsent(await store.take("type:a"), "take")
    },
  ],
  [
    "scan does not see an expired record",
    async ({ store, clock, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      await store.put("type:b", utf8("b"), fromNow(1_001))
      clock.now += 1_000
      assertEqual(await collect(store.scan("type:")), ["type:b"], "scan")
    },
  ],
  [
    "swap does not see an expired record: it can create one, but not replace it",
    async ({ store, clock, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      clock.now += 1_000
      const replaced = await store.swap("type:a", utf8("a"), utf8("b"), fromNow(1_000))
      assert(!replaced, "swap with the expired value: returned true")
      assertAbsent(await store.get("type:a"), "get after the refused swap")
      const created = await store.swap("type:a", undefined, utf8("c"), fromNow(1_000))
      assert(created, "swap with undefined: returned false")
      assertBytes(await store.get("type:a"), utf8("c"), "get after the swap")
    },
  ],
  [
    "swap does not see an expired record even if it holds `next`",
    async ({ store, clock, fromNow }) => {
      await store.put("type:a", utf8("b"), fromNow(1_000))
      clock.now += 1_000
      const replaced = await store.swap("type:a", utf8("a"), utf8("b"), fromNow(1_000))
      assert(!replaced, "swap: returned true")
      assertAbsent(await store.get("type:a"), "get after the swap")
    },
  ],
  [
    "a record that is written with a past expiry never exists, but replaces the previous one",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      for (const age of [0, 1, 100_000_000]) {
        await store.put("type:a", utf8("b"), fromNow(-age))
        assertAbsent(await store.get("type:a"), `get of a record expired ${age} ms ago`)
      }
    },
  ],
  [
    "a new write sets a new expiry, later or earlier",
    async ({ store, clock, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      await store.put("type:a", utf8("a"), fromNow(3_000))
      await store.put("type:b", utf8("b"), fromNow(3_000))
      await store.put("type:b", utf8("b"), fromNow(1_000))
      await store.swap("type:c", undefined, utf8("c"), fromNow(1_000))
      await store.swap("type:c", utf8("c"), utf8("c"), fromNow(3_000))
      clock.now += 2_000
      assertBytes(await store.get("type:a"), utf8("a"), "get of the prolonged record")
      assertAbsent(await store.get("type:b"), "get of the shortened record")
      assertBytes(await store.get("type:c"), utf8("c"), "get of the record prolonged by swap")
    },
  ],
  [
    "the expiry may be the latest possible date",
    async ({ store, clock }) => {
      await store.put("type:a", utf8("a"), endOfTime)
      await store.swap("type:b", undefined, utf8("b"), endOfTime)
      clock.now = Date.UTC(2999, 11, 31)
      assertBytes(await store.get("type:a"), utf8("a"), "get after put")
      assertBytes(await store.get("type:b"), utf8("b"), "get after swap")
    },
  ],
]
