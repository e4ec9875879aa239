import { type Contestant, contestants, type Verify } from "./verifier/contestants.ts"
import {
  type Algorithm,
  badTokens,
  goodTokens,
  type Issuer,
  startIssuer,
} from "./verifier/tokens.ts"

/**
 * How many access tokens the verifiers of this ecosystem verify per second of one core: tokens that they
 * have not seen, and one token again and again, at 1 and 16 in flight. Time is CPU time of the whole
 * process, so that a busy machine changes little. Every result is asserted.
 */

const differentTokens = 1_500
const rounds = 5
const roundMs = 40
const inFlight = [1, 16]
const ours = "@doorward/jwt-verifier"

interface Row {
  readonly name: string
  /** Verifications per second, by alg, kind and number in flight. */
  readonly rates: Map<string, number>
}

const issuer = await startIssuer()
const rows: Row[] = contestants.map(({ name }) => ({ name, rates: new Map() }))

const refused = await strictness(issuer)
for (const alg of ["RS256", "ES256"] as const) {
  const tokens = goodTokens(issuer, alg, differentTokens)
  for (const flights of inFlight) {
    await race(`${alg} first ${flights}`, async (contestant) => {
      const verify = await warm(contestant, alg, tokens)
      return rate(tokens.length - 1, () => verifyAll(verify, tokens, 1, tokens.length, flights))
    })
    await race(`${alg} again ${flights}`, async (contestant) => {
      const verify = await warm(contestant, alg, tokens)
      let batch = 16
      for (;;) {
        const count = batch
        const started = process.cpuUsage()
        await verifyOne(verify, tokens[0] ?? "", count, flights)
        if (milliseconds(started) >= roundMs) return (count / milliseconds(started)) * 1000
        batch *= 2
      }
    })
  }
}
issuer.stop()
print()

/** Runs every contestant in turn, several times over, and keeps the median of each. */
async function race(kind: string, run: (contestant: Contestant) => Promise<number>) {
  const results = contestants.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      globalThis.gc?.()
      results[index]?.push(await run(contestant))
    }
  }
  for (const [index, values] of results.entries()) {
    values.sort((a, b) => a - b)
    rows[index]?.rates.set(kind, values[rounds >> 1] ?? 0)
  }
}

/** A new verifier that has its keys, and has seen the first token. */
async function warm(contestant: Contestant, alg: Algorithm, tokens: readonly string[]) {
  const verify = contestant.create(issuer, alg)
  assertSubject(await verify(tokens[0] ?? ""), 0)
  return verify
}

async function rate(count: number, run: () => Promise<void>): Promise<number> {
  const started = process.cpuUsage()
  await run()
  return (count / milliseconds(started)) * 1000
}

async function verifyAll(
  verify: Verify,
  tokens: readonly string[],
  from: number,
  to: number,
  flights: number,
): Promise<void> {
  let next = from
  const flight = async () => {
    while (next < to) {
      const number = next
      next += 1
      assertSubject(await verify(tokens[number] ?? ""), number)
    }
  }
  await Promise.all(Array.from({ length: flights }, flight))
}

/** Each call gets a new string with the token, as each request brings a new one. */
async function verifyOne(verify: Verify, token: string, count: number, flights: number) {
  const bytes = Buffer.from(token, "latin1")
  let left = count
  const flight = async () => {
    while (left > 0) {
      left -= 1
      assertSubject(await verify(bytes.toString("latin1")), 0)
    }
  }
  await Promise.all(Array.from({ length: flights }, flight))
}

function assertSubject(subject: string | undefined, number: number): void {
  if (subject !== `user-${number}`) throw new Error(`Expected user-${number}, not ${subject}`)
}

function milliseconds(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}

/** Which bad tokens each contestant refuses. */
async function strictness(from: Issuer): Promise<Map<string, Set<string>>> {
  const result = new Map<string, Set<string>>()
  for (const contestant of contestants) {
    const verify = contestant.create(from, "RS256")
    const names = new Set<string>()
    for (const [name, token] of Object.entries(badTokens(from, "RS256"))) {
      try {
        await verify(token)
      } catch {
        names.add(name)
      }
    }
    result.set(contestant.name, names)
  }
  return result
}

function print(): void {
  const bad = Object.keys(badTokens(issuer, "RS256"))
  const lines = [
    `Verifications per second of one core, tokens of 1 KB, Node ${process.versions.node}`,
    "",
    line("", ["refuses", ...[...(rows[0]?.rates.keys() ?? [])]]),
    ...rows.map(({ name, rates }) =>
      line(name, [
        `${refused.get(name)?.size}/${bad.length}`,
        ...[...rates.values()].map((value) => Math.round(value).toLocaleString("en")),
      ]),
    ),
    "",
    ...rows.flatMap(({ name }) => {
      const accepted = bad.filter((token) => !refused.get(name)?.has(token))
      return accepted.length > 0 ? [`${name} accepts ${accepted.join(", ")}`] : []
    }),
    "",
    ...goals().map(({ goal, met }) => `${met ? "met   " : "missed"} ${goal}`),
  ]
  process.stdout.write(`${lines.join("\n")}\n`)
  if (goals().some(({ met }) => !met)) process.exitCode = 1
}

function goals() {
  const kinds = [...(rows[0]?.rates.keys() ?? [])]
  const of = (name: string, kind: string) =>
    rows.find((row) => row.name === name)?.rates.get(kind) ?? 0
  const best = (kind: string) =>
    Math.max(...rows.filter(({ name }) => name !== ours).map(({ name }) => of(name, kind)))
  const compare = (kind: string, times: number, what: string, other: number) => {
    const ratio = of(ours, kind) / other
    return {
      met: ratio >= times,
      goal: `${kind}: ${ratio.toFixed(2)} times ${what}, at least ${times}`,
    }
  }
  return kinds.flatMap((kind) =>
    kind.includes("first")
      ? [compare(kind, 1, "the best of the others", best(kind))]
      : [
          compare(kind, 20, "jose", of("jose", kind)),
          compare(kind, 1, "fast-jwt's cache", of("fast-jwt, cache", kind)),
        ],
  )
}

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(15)).join("")
}
