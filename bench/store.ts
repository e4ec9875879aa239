import type { Store } from "@doorward/oauth-core"
import { type Contestant, contestants } from "./store/contestants.ts"
import { keyOf, sealedValue, sizes, valueBytes } from "./store/records.ts"

/**
 * What each store's operations cost at a thousand, a hundred thousand and, with `--million`, a million
 * records of 600 bytes (or of `--bytes`): the latency of one at a time, how many per second with 50 in
 * flight, and what a record takes.
 * Servers are those of the conformance tests; one that is not there is left out.
 *
 * It fails if an operation's cost grows by more than the logarithm of the number of records.
 */

const rounds = 5
const oneByOne = 100
const together = 1_000
const inFlight = 50
/** What memory and disks that are further away may add to the logarithm. */
const tolerance = 1.5

interface Cost {
  /** Of one operation at a time, in milliseconds. The fast ones tell growth: a busy machine adds to the rest. */
  fast: number
  median: number
  p99: number
  /** With many in flight. */
  perSecond: number
}

/** What is done to one new record after the other, and to old ones in no order. Each checks its answer. */
const operations: Record<string, (store: Store, record: number, size: number) => Promise<void>> = {
  create: async (store, record) =>
    assert(await store.swap(keyOf(record), undefined, sealedValue(record), inAnHour())),
  get: async (store, record, size) =>
    assert((await store.get(keyOf((record * 7_919) % size)))?.length === valueBytes),
  swap: async (store, record) =>
    assert(
      await store.swap(keyOf(record), sealedValue(record), sealedValue(record + 0.5), inAnHour()),
    ),
  take: async (store, record) => assert((await store.take(keyOf(record)))?.length === valueBytes),
}

process.stdout.write(`${valueBytes} bytes a value, ${inFlight} in flight\n`)
for (const create of contestants) {
  const contestant = create()
  try {
    const reason = await contestant.unavailable()
    if (reason) process.stdout.write(`\n${contestant.name}: left out: ${reason}\n`)
    else await measure(contestant)
  } finally {
    await contestant.dispose()
  }
}

async function measure(contestant: Contestant) {
  process.stdout.write(`\n${contestant.name}\n`)
  const smallest = new Map<string, Cost>()
  for (const size of sizes) {
    const store = await contestant.fill(size)
    const bytes = Math.round((await contestant.size()) / size)
    process.stdout.write(`  ${size.toLocaleString("en")} records, ${bytes} bytes a record\n`)
    for (const [name, cost] of await measureAll(store, size)) {
      const base = smallest.get(name) ?? cost
      smallest.set(name, base)
      const growth = cost.fast / base.fast
      const allowed = (Math.log(size) / Math.log(1_000)) * tolerance
      if (growth > allowed) process.exitCode = 1
      print(name, cost, growth, growth > allowed)
    }
  }
}

/** Each operation in turn, round after round, on records that are new in each round and gone after it. */
async function measureAll(store: Store, size: number): Promise<Map<string, Cost>> {
  const latencies = new Map<string, number[]>()
  const rates = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    const alone = Array.from({ length: oneByOne }, (_, at) => size + at)
    const crowd = Array.from({ length: together }, (_, at) => size + oneByOne + at)
    for (const [name, operation] of Object.entries(operations)) {
      const latency = latencies.get(name) ?? []
      latencies.set(name, latency)
      for (const record of alone) {
        const started = performance.now()
        await operation(store, record, size)
        latency.push(performance.now() - started)
      }
      const started = performance.now()
      await runTogether(crowd, (record) => operation(store, record, size))
      const rate = together / ((performance.now() - started) / 1_000)
      rates.set(name, [...(rates.get(name) ?? []), rate])
    }
  }
  const costOf = (name: string): Cost => ({
    fast: quantile(latencies.get(name), 0.1),
    median: quantile(latencies.get(name), 0.5),
    p99: quantile(latencies.get(name), 0.99),
    perSecond: quantile(rates.get(name), 0.5),
  })
  return new Map(Object.keys(operations).map((name) => [name, costOf(name)]))
}

async function runTogether(records: readonly number[], run: (record: number) => Promise<void>) {
  const remaining = records.values()
  const worker = async () => {
    for (const record of remaining) await run(record)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

function print(name: string, cost: Cost, growth: number, tooMuch: boolean) {
  const columns = [
    name.padEnd(8),
    `median ${cost.median.toFixed(3)} ms`.padEnd(18),
    `p99 ${cost.p99.toFixed(3)} ms`.padEnd(16),
    `${Math.round(cost.perSecond).toLocaleString("en")}/s`.padStart(10),
    `  × ${growth.toFixed(2)}${tooMuch ? "  more than the logarithm" : ""}`,
  ]
  process.stdout.write(`    ${columns.join(" ")}\n`)
}

function quantile(values: readonly number[] = [], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000)
}

function assert(condition: boolean) {
  if (!condition) throw new Error("a store gave a wrong answer")
}
