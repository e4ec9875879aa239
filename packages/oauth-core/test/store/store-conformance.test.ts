import { describe, expect, it } from "vitest"
import { memoryStore, type Store } from "../../src/index.ts"
import { type StoreHarness, storeConformance } from "../../src/testing/index.ts"

/** A store with a fault: each operation of `faulty` stands in for the sound one. */
interface Fault {
  fault: string
  faulty: (sound: Store, now: () => number) => Partial<Store>
  /** The checks that must notice; some others may, too. */
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
      "of 100 parallel takes one gets the value",
      "of parallel takes and swaps of one record one wins",
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
      "of 100 parallel swaps that expect no record one wins",
      "of 100 parallel swaps that expect the same bytes one wins",
      "of 100 parallel swaps on an expired record one wins",
      "100 parallel read-and-swap loops lose no update",
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
    noticedBy: ["swap repeated after a lost reply answers true again"],
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
      "swap that expects bytes creates nothing where there is no record",
      "swap repeated after the record was taken answers false, and does not bring it back",
      "an expired record is absent for swap: it can be created, and not replaced",
    ],
  },
  {
    fault: "takes an empty value for no record",
    faulty: (sound) => ({
      async get(key) {
        const value = await sound.get(key)
        return value?.length ? value : undefined
      },
    }),
    noticedBy: ["an empty value comes back"],
  },
  {
    fault: "keeps values as text",
    faulty: (sound) => ({
      put: (key, value, expiresAt) =>
        sound.put(key, Buffer.from(Buffer.from(value).toString("utf8")), expiresAt),
    }),
    noticedBy: ["every byte comes back, whatever text it would make"],
  },
  {
    fault: "goes by the real clock",
    faulty: () => memoryStore(),
    noticedBy: ["a record is there until its expiry, and gone from that millisecond on"],
  },
  {
    fault: "rounds the expiry up to a second",
    faulty: (sound) => ({
      put: (key, value, expiresAt) =>
        sound.put(key, value, new Date(Math.ceil((expiresAt.getTime() + 1) / 1_000) * 1_000)),
    }),
    noticedBy: ["a record is there until its expiry, and gone from that millisecond on"],
  },
  {
    fault: "stores 32 bits of the expiry, in seconds",
    faulty: (sound) => ({
      put: (key, value, expiresAt) =>
        sound.put(key, value, new Date(Math.min(expiresAt.getTime(), (2 ** 32 - 1) * 1_000))),
    }),
    noticedBy: ["a record may live to the last date there is"],
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
    fault: "hands out its own array",
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
    noticedBy: ["arrays that were passed in or handed out are the caller's own"],
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
    noticedBy: ["scan takes pattern characters as they are"],
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
    noticedBy: ["an expired record is absent for scan"],
  },
  {
    fault: "fails with an error of its own after close",
    faulty: (sound) => ({
      get: (key) =>
        sound.get(key).catch(() => {
          throw new Error("connection is closed")
        }),
    }),
    noticedBy: ["after close every operation is refused, and closing again is no error"],
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
    expect(failed).toContain("two spaces see nothing of each other")
  })

  it("notices a store that shares nothing though it should", async () => {
    const failed = await failedChecks({
      open: (_space, now) => memoryStore({ now }),
      race: async (_space, { keys }) => [keys, keys],
      outage: "no server",
    })
    expect(failed).toEqual([
      "what one store writes another one reads at once",
      "records outlive the store that wrote them",
      "each store goes by its own clock",
      "of several processes that take the same records one wins each",
      "of several processes that create the same records one wins each",
      "of several processes that replace the same records one wins each",
      "several processes that read and swap lose no update",
    ])
  })

  it("notices a store that is not cut off by an outage", async () => {
    const failed = await failedChecks({
      open: (_space, now) => memoryStore({ now }),
      race: "one process",
      outage: { begin: async () => undefined, end: async () => undefined },
    })
    expect(failed).toEqual([
      "while connections are refused every operation is refused in time, and all is well afterwards",
      "while connections are stalled every operation is refused in time, and all is well afterwards",
      "records survive an outage",
      "a store that is opened during an outage works once it is over",
      "swap whose reply was lost may be repeated, and take whose reply was lost is spent",
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
