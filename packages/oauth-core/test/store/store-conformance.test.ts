import { describe, expect, it } from "vitest"
import { memoryStore, type Store } from "../../src/index.ts"
import { type StoreHarness, storeConformance } from "../../src/testing/index.ts"

/** A store with a fault: each operation of `faulty` replaces the correct one. */
interface Fault {
  fault: string
  faulty: (sound: Store, now: () => number) => Partial<Store>
  /** The checks that must notice the fault. Others may notice it too. */
  noticedBy: string[]
}

const faults: Fault[] = [
  {
    fault: "takes by get and then delete",
    faulty: (sound) => ({
      async take(key) {
        const value = await sound.get(key)
        await sound.delete(key)
        return value
      },
    }),
    noticedBy: [
      "only one of 100 parallel takes gets the value",
      "only one of several parallel takes and swaps of a record succeeds",
    ],
  },
  {
    fault: "swaps by get and then put",
    faulty: (sound) => ({
      async swap(key, expected, next, expiresAt) {
        const current = await sound.get(key)
        const same = Buffer.from(current ?? []).equals(expected ?? Buffer.alloc(0))
        if ((current === undefined) !== (expected === undefined) || !same) {
          return current !== undefined && Buffer.from(current).equals(next)
        }
        await sound.put(key, next, expiresAt)
        return true
      },
    }),
    noticedBy: [
      "only one of 100 parallel swaps that expect no record succeeds",
      "only one of 100 parallel swaps that expect the same bytes succeeds",
      "only one of 100 parallel swaps on an expired record succeeds",
      "100 parallel read-and-swap loops don't lose an update",
    ],
  },
  {
    fault: "answers false when a swap is repeated",
    faulty: (sound) => {
      const answered = new Set<string>()
      return {
        async swap(key, expected, next, expiresAt) {
          const id = `${key} ${expected && Buffer.from(expected)} ${Buffer.from(next)}`
          const swapped = await sound.swap(key, expected, next, expiresAt)
          if (swapped && answered.has(id)) return false
          if (swapped) answered.add(id)
          return swapped
        },
      }
    },
    noticedBy: ["swap repeated after a lost reply returns true again"],
  },
  {
    fault: "writes when a swap expects bytes and there is no record",
    faulty: (sound) => ({
      async swap(key, expected, next, expiresAt) {
        return (
          (await sound.swap(key, expected, next, expiresAt)) ||
          sound.swap(key, undefined, next, expiresAt)
        )
      },
    }),
    noticedBy: [
      "swap that expects bytes does not create a record",
      "swap repeated after the record was taken returns false and does not recreate it",
      "swap does not see an expired record: it can create one, but not replace it",
    ],
  },
  {
    fault: "treats an empty value as no record",
    faulty: (sound) => ({
      async get(key) {
        const value = await sound.get(key)
        return value?.length ? value : undefined
      },
    }),
    noticedBy: ["an empty value can be stored"],
  },
  {
    fault: "keeps values as text",
    faulty: (sound) => ({
      put: (key, value, expiresAt) =>
        sound.put(key, Buffer.from(Buffer.from(value).toString("utf8")), expiresAt),
    }),
    noticedBy: ["every byte value can be stored, even if it is not valid text"],
  },
  {
    fault: "uses the real clock",
    faulty: () => memoryStore(),
    noticedBy: ["a record exists until its expiry, and from that millisecond on it doesn't"],
  },
  {
    fault: "rounds the expiry up to a second",
    faulty: (sound) => ({
      put: (key, value, expiresAt) =>
        sound.put(key, value, new Date(Math.ceil((expiresAt.getTime() + 1) / 1_000) * 1_000)),
    }),
    noticedBy: ["a record exists until its expiry, and from that millisecond on it doesn't"],
  },
  {
    fault: "stores 32 bits of the expiry, in seconds",
    faulty: (sound) => ({
      put: (key, value, expiresAt) =>
        sound.put(key, value, new Date(Math.min(expiresAt.getTime(), (2 ** 32 - 1) * 1_000))),
    }),
    noticedBy: ["the expiry may be the latest possible date"],
  },
  {
    fault: "keeps the first expiry",
    faulty: (sound) => ({
      async put(key, value, expiresAt) {
        if (!(await sound.swap(key, undefined, value, expiresAt))) {
          const current = await sound.get(key)
          if (current && !Buffer.from(current).equals(value)) await sound.put(key, value, expiresAt)
        }
      },
    }),
    noticedBy: ["a new write sets a new expiry, later or earlier"],
  },
  {
    fault: "returns its own array",
    faulty: (sound) => {
      const kept = new Map<string, Uint8Array>()
      return {
        async get(key) {
          const value = kept.get(key) ?? (await sound.get(key))
          if (value) kept.set(key, value)
          return value
        },
      }
    },
    noticedBy: ["changing an array that was passed in or returned does not change the record"],
  },
  {
    fault: "scans by a pattern",
    faulty: (sound) => ({
      async *scan(prefix) {
        const pattern = prefix.replaceAll("_", ".").replaceAll("%", ".*")
        for await (const key of sound.scan("")) {
          if (prefix.includes("\\") ? key === prefix : new RegExp(`^(?:${pattern})`).test(key)) {
            yield key
          }
        }
      },
    }),
    noticedBy: ["scan treats pattern characters literally"],
  },
  {
    fault: "reports expired keys in a scan",
    faulty: (sound) => {
      const keys = new Set<string>()
      return {
        put(key, value, expiresAt) {
          keys.add(key)
          return sound.put(key, value, expiresAt)
        },
        async *scan(prefix) {
          for (const key of keys) if (key.startsWith(prefix)) yield key
        },
      }
    },
    noticedBy: ["scan does not see an expired record"],
  },
  {
    fault: "fails with an error of its own after close",
    faulty: (sound) => ({
      get: (key) =>
        sound.get(key).catch(() => {
          throw new Error("connection is closed")
        }),
    }),
    noticedBy: ["after close every operation is refused, and closing again is not an error"],
  },
]

describe("storeConformance", () => {
  it.each(faults)("notices a store that $fault", async ({ faulty, noticedBy }) => {
    const failed = await failedChecks({
      open: (_space, now) => {
        const sound = memoryStore({ now })
        return { ...sound, ...faulty(sound, now) }
      },
      race: "one process",
      outage: "no server",
    })
    expect(failed).toEqual(expect.arrayContaining(noticedBy))
  })

  it("notices a store that shares its records between spaces", async () => {
    const everywhere = new Map<() => number, Store>()
    const failed = await failedChecks({
      open: (_space, now) => {
        const store = [...everywhere.values()][0] ?? memoryStore({ now })
        everywhere.set(now, store)
        return { ...store, close: async () => everywhere.clear() }
      },
      race: "one process",
      outage: "no server",
    })
    expect(failed).toContain("two spaces don't see each other's records")
  })

  it("notices a store that shares nothing though it should", async () => {
    const failed = await failedChecks({
      open: (_space, now) => memoryStore({ now }),
      race: async (_space, { keys }) => [keys, keys],
      outage: "no server",
    })
    expect(failed).toEqual([
      "another store immediately reads what one store writes",
      "records outlive the store that wrote them",
      "each store uses its own clock",
      "only one of several processes that take the same record succeeds",
      "only one of several processes that create the same record succeeds",
      "only one of several processes that replace the same record succeeds",
      "several processes that read and swap don't lose an update",
    ])
  })

  it("notices a store that is not cut off by an outage", async () => {
    const failed = await failedChecks({
      open: (_space, now) => memoryStore({ now }),
      race: "one process",
      outage: { begin: async () => undefined, end: async () => undefined },
    })
    expect(failed).toEqual([
      "while connections are refused every operation fails in time, and works again afterwards",
      "while connections are stalled every operation fails in time, and works again afterwards",
      "records survive an outage",
      "a store that was opened during an outage works once the outage ends",
      "swap may be repeated after its reply was lost, but take has deleted the record",
    ])
  })
})

async function failedChecks(harness: StoreHarness): Promise<string[]> {
  const failed: string[] = []
  for (const { name, run } of storeConformance(harness)) {
    await run().catch(() => failed.push(name))
  }
  return failed
}
