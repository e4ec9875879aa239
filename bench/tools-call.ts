import { startAlone } from "./gateway/contestant.ts"
import { callTool } from "./gateway/load.ts"

/**
 * What a tools/call with a rule costs in process (token, grant, guard, policy), beside the same SDK server
 * without any of it, which gets its body parsed too: CPU time of the process, 16 calls in flight. The two take turns, round after round, on a
 * core of their own; every answer is asserted.
 */

const goal = 1.05
const rounds = 15
const calls = 1_000
const warmUp = 40_000
const inFlight = 16

const bare = await startAlone("unprotected")
const guarded = await startAlone("protected")
try {
  for (const answers of ["JSON", "an event stream"] as const) {
    for (const way of [bare, guarded]) await callTool(way, warmUp, inFlight, answers)
    const cost = async (way: typeof bare) => {
      const before = await way.cpu()
      await callTool(way, calls, inFlight, answers)
      return ((await way.cpu()) - before) / calls
    }
    const ratios: number[] = []
    const micros: { bare: number[]; guarded: number[] } = { bare: [], guarded: [] }
    for (let round = 0; round < rounds; round++) {
      const isEven = round % 2 === 0
      const first = await cost(isEven ? bare : guarded)
      const second = await cost(isEven ? guarded : bare)
      const [plain, checked] = isEven ? [first, second] : [second, first]
      micros.bare.push(plain)
      micros.guarded.push(checked)
      ratios.push(checked / plain)
    }
    const ratio = median(ratios)
    const met = ratio <= goal
    process.stdout.write(
      `Answered with ${answers}\n` +
        `without auth  ${median(micros.bare).toFixed(0)} µs of CPU per call\n` +
        `with a rule   ${median(micros.guarded).toFixed(0)} µs\n` +
        `${met ? "met   " : "missed"} ${ratio.toFixed(3)} times (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), at most ${goal}\n\n`,
    )
    if (!met) process.exitCode = 1
  }
} finally {
  for (const { stop } of [guarded, bare]) stop()
}
process.exit()

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
