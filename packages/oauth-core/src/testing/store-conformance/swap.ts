import { assert, assertAbsent, assertBytes, type StoreCheck, utf8 } from "./check.ts"

export const swapChecks: readonly StoreCheck[] = [
  [
    "swap replaces exactly the bytes it expects",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("first"), fromNow(1_000))
      for (const other of ["firs", "first ", "First", ""]) {
        const swapped = await store.swap("type:a", utf8(other), utf8("second"), fromNow(1_000))
        assert(!swapped, `swap that expects ${JSON.stringify(other)}: answered true`)
        assertBytes(await store.get("type:a"), utf8("first"), "get after the refused swap")
      }
      const swapped = await store.swap("type:a", utf8("first"), utf8("second"), fromNow(1_000))
      assert(swapped, "swap that expects the right bytes: answered false")
      assertBytes(await store.get("type:a"), utf8("second"), "get after the swap")
    },
  ],
  [
    "swap that expects no record creates one, and leaves one that is there",
    async ({ store, fromNow }) => {
      assert(
        await store.swap("type:a", undefined, utf8("first"), fromNow(1_000)),
        "first swap: false",
      )
      assert(
        !(await store.swap("type:a", undefined, utf8("second"), fromNow(1_000))),
        "second swap: answered true",
      )
      assertBytes(await store.get("type:a"), utf8("first"), "get")
    },
  ],
  [
    "swap that expects bytes creates nothing where there is no record",
    async ({ store, fromNow }) => {
      const expecting = [utf8("first"), utf8("")]
      for (const expected of expecting) {
        const swapped = await store.swap("type:a", expected, utf8("second"), fromNow(1_000))
        assert(!swapped, `swap that expects ${expected.length} bytes: answered true`)
        assertAbsent(await store.get("type:a"), "get")
      }
    },
  ],
  [
    "an empty value is a record: swap that expects none refuses",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8(""), fromNow(1_000))
      assert(
        !(await store.swap("type:a", undefined, utf8("x"), fromNow(1_000))),
        "swap: answered true",
      )
      assertBytes(await store.get("type:a"), utf8(""), "get")
    },
  ],
  [
    "swap repeated after a lost reply answers true again",
    async ({ store, fromNow }) => {
      for (const attempt of ["first", "second", "third"]) {
        const created = await store.swap("type:a", undefined, utf8("one"), fromNow(1_000))
        assert(created, `${attempt} creation: answered false`)
      }
      for (const attempt of ["first", "second", "third"]) {
        const replaced = await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
        assert(replaced, `${attempt} replacement: answered false`)
      }
      assertBytes(await store.get("type:a"), utf8("two"), "get")
    },
  ],
  [
    "swap repeated after somebody else's swap answers false",
    async ({ store, fromNow }) => {
      await store.swap("type:a", undefined, utf8("one"), fromNow(1_000))
      await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      await store.swap("type:a", utf8("two"), utf8("three"), fromNow(1_000))
      const replaced = await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      assert(!replaced, "repeated replacement: answered true")
      const created = await store.swap("type:a", undefined, utf8("one"), fromNow(1_000))
      assert(!created, "repeated creation: answered true")
      assertBytes(await store.get("type:a"), utf8("three"), "get")
    },
  ],
  [
    "swap repeated after the record was taken answers false, and does not bring it back",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("one"), fromNow(1_000))
      await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      await store.take("type:a")
      const replaced = await store.swap("type:a", utf8("one"), utf8("two"), fromNow(1_000))
      assert(!replaced, "repeated replacement: answered true")
      assertAbsent(await store.get("type:a"), "get")
    },
  ],
]
