import { type Contestant, start, startAlone } from "./gateway/contestant.ts"
import { type Answers, callTool } from "./gateway/load.ts"

/**
 * What a tools/call costs through Doorward (token, grant, guard, policy, gateway), through a bare reverse
 * proxy on undici, and what both add to a direct call: CPU time of the process in between, and latency at
 * 1, 16 and 64 in flight. Processes take turns, round after round; every answer is asserted. What is
 * measured has a core of its own, as a server has whose callers are elsewhere.
 */

const goal = 1.3
const rounds = 15
const calls = 1_000
/** Enough for the engine to have compiled what is called: with 8,000, it still compiles in the first rounds. */
const warmUp = 40_000
const crowds = [1, 16, 64]

interface Row {
  name: string
  /** Microseconds of CPU for a call, one of each round. */
  cpu: number[]
  /** Milliseconds of every call. */
  took: number[]
}

const backend = await start("backend")
const bare = await startAlone("bare-proxy", backend.url)
const doorward = await startAlone("doorward", backend.url)
try {
  const ways = { direct: backend, "bare undici proxy": bare, Doorward: doorward }
  for (const answers of ["JSON", "an event stream"] as const) {
    for (const way of Object.values(ways)) await callTool(way, warmUp, 16, answers)
    for (const inFlight of crowds) {
      process.stdout.write(`Answered with ${answers}\n`)
      print(inFlight, await race(Object.entries(ways), inFlight, answers))
    }
  }
} finally {
  for (const { stop } of [doorward, bare, backend]) stop()
}
process.exit()

async function race(
  ways: readonly (readonly [string, Contestant])[],
  inFlight: number,
  answers: Answers,
): Promise<Row[]> {
  const rows: Row[] = ways.map(([name]) => ({ name, cpu: [], took: [] }))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...ways.keys()] : [...ways.keys()].reverse()
    for (const at of order) {
      const [, way] = ways[at] ?? []
      if (!way) continue
      const before = await way.cpu()
      const took = await callTool(way, calls, inFlight, answers)
      rows[at]?.cpu.push(((await way.cpu()) - before) / calls)
      rows[at]?.took.push(...took)
    }
  }
  return rows
}

function print(inFlight: number, rows: readonly Row[]): void {
  const [direct, proxy, ours] = rows
  if (!direct || !proxy || !ours) return
  const lines = [
    `${inFlight} in flight${" ".repeat(12)}CPU per call   latency p50     p99   added p50`,
    ...rows.map(({ name, cpu, took }) => {
      const added = quantile(took, 0.5) - quantile(direct.took, 0.5)
      return [
        name.padEnd(20),
        name === "direct" ? "–".padStart(12) : `${quantile(cpu, 0.5).toFixed(0)} µs`.padStart(12),
        `${quantile(took, 0.5).toFixed(2)} ms`.padStart(14),
        `${quantile(took, 0.99).toFixed(2)} ms`.padStart(10),
        `${added.toFixed(2)} ms`.padStart(12),
      ].join("")
    }),
  ]
  const ratios = ours.cpu.map((cpu, round) => cpu / (proxy.cpu[round] ?? Number.NaN))
  const ratio = quantile(ratios, 0.5)
  const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`
  const met = ratio <= goal
  lines.push(
    `${met ? "met   " : "missed"} ${ratio.toFixed(2)} times the bare proxy's CPU (${spread}), at most ${goal}`,
  )
  process.stdout.write(`${lines.join("\n")}\n\n`)
  if (!met) process.exitCode = 1
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN
}
