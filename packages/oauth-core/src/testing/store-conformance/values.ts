import {
  assert,
  assertAbsent,
  assertBytes,
  newSpace,
  type StoreCheck,
  type StoreFixture,
  utf8,
} from "./check.ts"

export const valueChecks: readonly StoreCheck[] = [
  [
    "a key that was never written has no record",
    async ({ store }) => assertAbsent(await store.get("type:none"), "get"),
  ],
  ["an empty value can be stored", (fixture) => roundTrip(fixture, new Uint8Array(0))],
  [
    "every byte value can be stored, even if it is not valid text",
    (fixture) =>
      roundTrip(
        fixture,
        Uint8Array.from({ length: 512 }, (_, at) => 255 - (at % 256)),
      ),
  ],
  ["a value of 1 MiB can be stored", (fixture) => roundTrip(fixture, oneMebibyte())],
  [
    "a value of 1 MiB can be swapped",
    async ({ store, fromNow }) => {
      const [first, second] = [oneMebibyte(), oneMebibyte()]
      await store.put("type:a", first, fromNow(1_000))
      second[second.length - 1] = (first.at(-1) ?? 0) ^ 1
      assert(
        !(await store.swap("type:a", second, utf8("x"), fromNow(1_000))),
        "swap: last byte ignored",
      )
      assert(await store.swap("type:a", first, second, fromNow(1_000)), "swap: returned false")
      assertBytes(await store.get("type:a"), second, "get after swap")
    },
  ],
  [
    "put replaces an existing value",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("a long first value"), fromNow(1_000))
      await store.put("type:a", utf8("short"), fromNow(1_000))
      assertBytes(await store.get("type:a"), utf8("short"), "get")
    },
  ],
  [
    "keys of 200 characters are distinguished, and so are upper and lower case",
    async ({ store, fromNow }) => {
      const keys = ["a", "A", "a ", "a%", "a_", "a*", "a\\", "a'", `"a"`, "a:b", "{a}"]
      const long = "x".repeat(194)
      const all = [...keys.map((key) => `type:${key}`), `type:${long}1`, `type:${long}2`]
      for (const key of all) await store.put(key, utf8(key), fromNow(1_000))
      for (const key of all) assertBytes(await store.get(key), utf8(key), `get ${key}`)
    },
  ],
  [
    "take returns the value and deletes the record",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("once"), fromNow(1_000))
      assertBytes(await store.take("type:a"), utf8("once"), "first take")
      assertAbsent(await store.take("type:a"), "second take")
      assertAbsent(await store.get("type:a"), "get after take")
    },
  ],
  [
    "delete removes a record, and it is not an error if there is none",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("a"), fromNow(1_000))
      await store.delete("type:a")
      await store.delete("type:a")
      assertAbsent(await store.get("type:a"), "get after delete")
      await store.put("type:a", utf8("b"), fromNow(1_000))
      assertBytes(await store.get("type:a"), utf8("b"), "get after a new put")
    },
  ],
  [
    "changing an array that was passed in or returned does not change the record",
    async ({ store, fromNow }) => {
      const given = utf8("value")
      await store.put("type:a", given, fromNow(1_000))
      given.fill(0)
      const got = await store.get("type:a")
      assertBytes(got, utf8("value"), "get after the caller changed its array")
      got.fill(0)
      assertBytes(await store.get("type:a"), utf8("value"), "get after the result was changed")
    },
  ],
  [
    "two spaces don't see each other's records",
    async ({ store, open, fromNow }) => {
      const other = await open(newSpace())
      await store.put("type:a", utf8("here"), fromNow(1_000))
      assertAbsent(await other.get("type:a"), "get in the other space")
      assertAbsent(await other.take("type:a"), "take in the other space")
      await other.delete("type:a")
      assert(await other.swap("type:a", undefined, utf8("there"), fromNow(1_000)), "swap: false")
      assertBytes(await store.get("type:a"), utf8("here"), "get in the first space")
      assertBytes(await other.get("type:a"), utf8("there"), "get in the other space")
    },
  ],
]

async function roundTrip({ store, fromNow }: StoreFixture, value: Uint8Array) {
  await store.put("type:put", value, fromNow(1_000))
  assertBytes(await store.get("type:put"), value, "get after put")
  assertBytes(await store.take("type:put"), value, "take after put")
  const created = await store.swap("type:swap", undefined, value, fromNow(1_000))
  assert(created, "swap on an absent record: returned false")
  assertBytes(await store.get("type:swap"), value, "get after swap")
  const swapped = await store.swap("type:swap", value, utf8("next"), fromNow(1_000))
  assert(swapped, "swap of the value just read: returned false")
  assertBytes(await store.get("type:swap"), utf8("next"), "get after the second swap")
}

function oneMebibyte(): Uint8Array {
  const value = new Uint8Array(1 << 20)
  for (let at = 0; at < value.length; at += 1 << 16) {
    crypto.getRandomValues(value.subarray(at, at + (1 << 16)))
  }
  return value
}
