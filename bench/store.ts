import type { Store } from "@doorward/oauth-core"
import { contestants, type FilledStore } from "./store/contestants.ts"
import { keyOf, sealedValue, sizes, valueBytes } from "./store/records.ts"

/**
 * What each store's operations cost at a thousand, a hundred thousand and, with `--million`, a million
 * records of 600 bytes (or of `--bytes`): the latency of one at a time, how many per second with 50 in
 * flight, what a record takes, and by how much the cost has grown since a thousand records.
 *
 * It fails if that is more than the logarithm of the number of records. Servers are those of the
 * conformance tests; one that does not run is skipped.
 */

const rounds = 6
const oneByOne = 100
const together = 1_000
const inFlight = 50
/** What slower memory and disks may add to the logarithm. */
const tolerance = 1.5

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

interface Measurements {
  /** Milliseconds, each of one operation that ran alone. */
  latencies: number[]
  /** Operations per second, each of one round with many in flight. */
  rates: number[]
}

process.stdout.write(`${valueBytes} bytes a value, ${inFlight} in flight\n`)
for (const contestant of contestants) {
  process.stdout.write(`\n${contestant.name}\n`)
  const opened: FilledStore[] = []
  try {
    for (const size of sizes) opened.push(await contestant.open(size))
    report(opened, await measure(opened))
  } catch (error) {
    if (opened.length > 0) throw error
    process.stdout.write(`  skipped: ${error}\n`)
  } finally {
    for (const { dispose } of opened) await dispose()
  }
}

/** Measures all stores in turn, round after round, so that other load on the machine affects them equally. */
async function measure(opened: readonly FilledStore[]): Promise<Map<string, Measurements>[]> {
  const measured = opened.map(
    () => new Map(Object.keys(operations).map((name) => [name, { latencies: [], rates: [] }])),
  )
  for (let round = 0; round < rounds; round++) {
    for (const [at, { store }] of opened.entries()) {
      for (const [name, results] of measured[at] ?? []) {
        await measureOnce(store, sizes[at] ?? 0, name, results)
      }
    }
  }
  return measured
}

/** Creates the records of a round, uses them, or removes them: `operations` is in that order. */
async function measureOnce(store: Store, size: number, name: string, results: Measurements) {
  const operation = operations[name]
  if (!operation) throw new Error(`no operation ${name}`)
  for (let record = size; record < size + oneByOne; record++) {
    const started = performance.now()
    await operation(store, record, size)
    results.latencies.push(performance.now() - started)
  }
  const crowd = Array.from({ length: together }, (_, at) => size + oneByOne + at).values()
  const worker = async () => {
    for (const record of crowd) await operation(store, record, size)
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: inFlight }, worker))
  results.rates.push(together / ((performance.now() - started) / 1_000))
}

function report(opened: readonly FilledStore[], measured: readonly Map<string, Measurements>[]) {
  for (const [at, { bytes }] of opened.entries()) {
    const size = sizes[at] ?? 0
    const each = Math.round(bytes / size)
    process.stdout.write(`  ${size.toLocaleString("en")} records, ${each} bytes each\n`)
    for (const [name, { latencies, rates }] of measured[at] ?? []) {
      // The fastest ones show the growth: the others are slow because the machine is busy.
      const growth = quantile(latencies, 0.02) / quantile(measured[0]?.get(name)?.latencies, 0.02)
      const tooMuch = growth > (Math.log(size) / Math.log(1_000)) * tolerance
      if (tooMuch) process.exitCode = 1
      const columns = [
        name.padEnd(8),
        `median ${quantile(latencies, 0.5).toFixed(3)} ms`.padEnd(18),
        `p99 ${quantile(latencies, 0.99).toFixed(3)} ms`.padEnd(16),
        `${Math.round(quantile(rates, 0.5)).toLocaleString("en")}/s`.padStart(10),
        `  × ${growth.toFixed(2)}${tooMuch ? "  more than the logarithm" : ""}`,
      ]
      process.stdout.write(`    ${columns.join(" ")}\n`)
    }
  }
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
