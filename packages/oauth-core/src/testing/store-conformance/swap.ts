import { assert, assertAbsent, assertBytes, type StoreCheck, utf8 } from "./check.ts"

export const swapChecks: readonly StoreCheck[] = [
  [
    "swap replaces exactly the bytes it expects",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("first"), fromNow(1_000))
      for (const other of ["firs", "first ", "First", ""]) {
        const swapped = await store.swap("type:a", utf8(other), utf8("second"), fromNow(1_000))
        assert(!swapped, `swap that expects ${JSON.stringify(other)}: returned true`)
        assertBytes(await store.get("type:a"), utf8("first"), "get after the refused swap")
      }
      const swapped = await store.swap("type:a", utf8("first"), utf8("second"), fromNow(1_000))
      assert(swapped, "swap that expects the right bytes: returned false")
      assertBytes(await store.get("type:a"), utf8("second"), "get after the swap")
    },
  ],
  [
    "swap that expects no record creates one, but does not replace an existing one",
    async ({ store, fromNow }) => {
      assert(
        await store.swap("type:a", undefined, utf8("first"), fromNow(1_000)),
        "first swap: false",
      )
      assert(
        !(await store.swap("type:a", undefined, utf8("second"), fromNow(1_000))),
        "second swap: returned true",
      )
      assertBytes(await store.get("type:a"), utf8("first"), "get")
    },
  ],
  [
    "swap that expects bytes does not create a record",
    async ({ store, fromNow }) => {
      const expecting = [utf8("first"), utf8("")]
      for (const expected of expecting) {
        const swapped = await store.swap("type:a", expected, utf8("second"), fromNow(1_000))
        assert(!swapped, `swap that expects ${expected.length} bytes: returned true`)
        assertAbsent(await store.get("type:a"), "get")
      }
    },
  ],
  [
    "an empty value is a record: swap that expects none returns false",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8(""), fromNow(1_000))
      assert(
        !(await store.swap("type:a", undefined, utf8("x"), fromNow(1_000))),
        "swap: returned true",
      )
      assertBytes(await store.get("type:a"), utf8(""), "get")
    },
  ],
  [
    "swap repeated after a lost reply returns true again",
    async ({ store, fromNow }) => {
      for (const attempt of ["first", "second", "third"]) {
        const created = await store.swap("type:a", undefined, utf8("one"), fromNow(1_000))
        assert(created, `${attempt} creation: returned false`)
      }
      for (const attempt of ["first", "second", "third"]) {
        const replaced = await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
        assert(replaced, `${attempt} replacement: returned false`)
      }
      assertBytes(await store.get("type:a"), utf8("two"), "get")
    },
  ],
  [
    "swap repeated after somebody else's swap returns false",
    async ({ store, fromNow }) => {
      await store.swap("type:a", undefined, utf8("one"), fromNow(1_000))
      await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      await store.swap("type:a", utf8("two"), utf8("three"), fromNow(1_000))
      const replaced = await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      assert(!replaced, "repeated replacement: returned true")
      const created = await store.swap("type:a", undefined, utf8("one"), fromNow(1_000))
      assert(!created, "repeated creation: returned true")
      assertBytes(await store.get("type:a"), utf8("three"), "get")
    },
  ],
  [
    "swap repeated after the record was taken returns false and does not recreate it",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("one"), fromNow(1_000))
      await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      await store.take("type:a")
      const replaced = await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      assert(!replaced, "repeated replacement: returned true")
      assertAbsent(await store.get("type:a"), "get")
    },
  ],
]
