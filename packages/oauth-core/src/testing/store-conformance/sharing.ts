import type { Store } from "../../ports/store.ts"
import { assert, assertAbsent, assertBytes, assertEqual, type StoreCheck, utf8 } from "./check.ts"
import { count, increment } from "./contention.ts"
import type { StoreHarness, StoreRace } from "./harness.ts"

const incrementsPerProcess = 20
const first = utf8("first")

/** Checks stores that share their records with other stores, in this process and in others. */
export function sharingChecks(race: Exclude<StoreHarness["race"], "one process">): StoreCheck[] {
  return [
    [
      "another store immediately reads what one store writes",
      async ({ store, open, fromNow }) => {
        const other = await open()
        await store.put("type:a", utf8("a"), fromNow(1_000))
        assertBytes(await other.get("type:a"), utf8("a"), "get by the other store")
        assert(await other.swap("type:a", utf8("a"), utf8("b"), fromNow(1_000)), "swap: false")
        assertBytes(await store.take("type:a"), utf8("b"), "take by the first store")
      },
    ],
    [
      "records outlive the store that wrote them",
      async ({ open, fromNow }) => {
        const writer = await open()
        await writer.put("type:a", utf8("a"), fromNow(1_000))
        await writer.close()
        assertBytes(await (await open()).get("type:a"), utf8("a"), "get by a later store")
      },
    ],
    [
      "each store uses its own clock",
      async ({ store, open, clock, space, fromNow }) => {
        const ahead = await open(space, () => clock.now + 5_000)
        await store.put("type:a", utf8("a"), fromNow(1_000))
        assertAbsent(await ahead.get("type:a"), "get, 5 s ahead")
        assertBytes(await store.get("type:a"), utf8("a"), "get, on time")
        await ahead.put("type:b", utf8("b"), fromNow(6_000))
        clock.now += 5_999
        assertBytes(await store.get("type:b"), utf8("b"), "get, 1 ms before the expiry")
      },
    ],
    ...(["take", "create", "replace"] as const).map(
      (kind): StoreCheck => [
        `only one of several processes that ${kind} the same record succeeds`,
        async ({ space, open }) => {
          const store = await open(space, Date.now)
          const keys = Array.from({ length: 50 }, (_, at) => `type:${at}`)
          if (kind !== "create") {
            await Promise.all(keys.map((key) => store.put(key, first, inAnHour())))
          }
          const won = await race(space, { kind, keys })
          assert(won.length > 1, "race: it takes more than one process")
          assertEqual(won.flat().toSorted(), keys.toSorted(), "keys won, over all processes")
        },
      ],
    ),
    [
      "several processes that read and swap don't lose an update",
      async ({ space, open }) => {
        const store = await open(space, Date.now)
        const { length: processes } = await race(space, { kind: "count", keys: ["type:counter"] })
        assertEqual(await count(store, "type:counter"), processes * incrementsPerProcess, "counter")
      },
    ],
  ]
}

/**
 * Runs one process's part of a race: applies the operation to every key at the same time, using the
 * real clock. Call it in each process that a harness starts for `race`.
 *
 * @returns the keys for which this process won.
 *
 * @example
 * ```ts
 * process.on("message", async ({ space, race }) => {
 *   process.send?.(await contend(await openStore(space, Date.now), race))
 * })
 * ```
 */
export async function contend(store: Store, { kind, keys }: StoreRace): Promise<string[]> {
  const won = await Promise.all(keys.map((key) => enter(store, kind, key)))
  return keys.filter((_, at) => won[at])
}

async function enter(store: Store, kind: StoreRace["kind"], key: string): Promise<boolean> {
  if (kind === "take") return (await store.take(key)) !== undefined
  if (kind === "count") {
    for (let done = 0; done < incrementsPerProcess; done++) await increment(store, key, inAnHour())
    return false
  }
  const mine = utf8(crypto.randomUUID())
  return store.swap(key, kind === "create" ? undefined : first, mine, inAnHour())
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000)
}
