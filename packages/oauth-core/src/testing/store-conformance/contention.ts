import type { Store } from "../../ports/store.ts"
import { assert, assertEqual, type StoreCheck, utf8 } from "./check.ts"

const contenders = 100

export const contentionChecks: readonly StoreCheck[] = [
  [
    "only one of 100 parallel takes gets the value",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("once"), fromNow(1_000))
      const taken = await inParallel(() => store.take("type:a"))
      assertEqual(
        taken.filter((value) => value !== undefined).length,
        1,
        "number of takes that got the value",
      )
    },
  ],
  [
    "only one of 100 parallel swaps that expect no record succeeds",
    async ({ store, fromNow }) => {
      const won = await inParallel((contender) =>
        store.swap("type:a", undefined, utf8(contender), fromNow(1_000)),
      )
      await assertOneWinner(store, won)
    },
  ],
  [
    "only one of 100 parallel swaps that expect the same bytes succeeds",
    async ({ store, fromNow }) => {
      await store.put("type:a", utf8("first"), fromNow(1_000))
      const won = await inParallel((contender) =>
        store.swap("type:a", utf8("first"), utf8(contender), fromNow(1_000)),
      )
      await assertOneWinner(store, won)
    },
  ],
  [
    "only one of 100 parallel swaps on an expired record succeeds",
    async ({ store, clock, fromNow }) => {
      await store.put("type:a", utf8("first"), fromNow(1_000))
      clock.now += 1_000
      const won = await inParallel((contender) =>
        store.swap("type:a", undefined, utf8(contender), fromNow(1_000)),
      )
      await assertOneWinner(store, won)
    },
  ],
  [
    "only one of several parallel takes and swaps of a record succeeds",
    async ({ store, fromNow }) => {
      for (let round = 0; round < 10; round++) {
        await store.put("type:a", utf8("first"), fromNow(1_000))
        const won = await Promise.all(
          Array.from({ length: 10 }, async (_, contender) =>
            contender % 2 === 0
              ? isFirst(await store.take("type:a"))
              : store.swap("type:a", utf8("first"), utf8(`swapped ${contender}`), fromNow(1_000)),
          ),
        )
        assertEqual(won.filter(Boolean).length, 1, "number of takes and swaps that succeeded")
      }
    },
  ],
  [
    "100 parallel read-and-swap loops don't lose an update",
    async ({ store, fromNow }) => {
      await inParallel(() => increment(store, "type:counter", fromNow(1_000)))
      assertEqual(await count(store, "type:counter"), contenders, "counter")
    },
  ],
]

/** Adds one to the number in a record the way a server changes records: read, swap, and retry. */
export async function increment(store: Store, key: string, expiresAt: Date) {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const current = await store.get(key)
    const number = current ? Number(new TextDecoder().decode(current).split(" ")[0]) : 0
    // Values are unique, as sealed ones are. Otherwise the store could already hold `next` because of
    // others.
    const next = utf8(`${number + 1} ${crypto.randomUUID()}`)
    if (await store.swap(key, current, next, expiresAt)) return
  }
  throw new Error("swap: 1,000 attempts to change a value that was just read returned false")
}

export async function count(store: Store, key: string): Promise<number> {
  return Number.parseInt(new TextDecoder().decode(await store.get(key)), 10)
}

function inParallel<Result>(operation: (contender: string) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: contenders }, (_, index) => operation(String(index))))
}

async function assertOneWinner(store: Store, won: readonly boolean[]) {
  assertEqual(won.filter(Boolean).length, 1, "number of swaps that succeeded")
  const held = new TextDecoder().decode(await store.get("type:a"))
  assert(
    held === String(won.indexOf(true)),
    `get: the record holds ${held}, not the winner's value`,
  )
}

function isFirst(value: Uint8Array | undefined): boolean {
  return value !== undefined && new TextDecoder().decode(value) === "first"
}
