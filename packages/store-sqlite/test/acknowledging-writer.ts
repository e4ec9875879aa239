import { sqliteStore } from "../src/index.ts"

/** Writes two records and takes one, again and again, and tells the parent how many rounds are done. */
const store = sqliteStore(process.argv[2] ?? "")
const later = new Date(Date.now() + 3_600_000)

for (let round = 0; ; round++) {
  const [kept, spent] = [`type:kept-${round}`, `type:spent-${round}`]
  await store.put(spent, Uint8Array.of(2), later)
  await store.take(spent)
  await store.put(kept, Uint8Array.of(1), later)
  process.send?.(round + 1)
}
