import { createHmac, randomBytes } from "node:crypto"
import { jwtVerifier } from "@doorward/jwt-verifier"

/**
 * Ten million verifications of a million different tokens of 1 KB: the memory must stay flat. The tokens
 * are signed with a secret, so that each can be made when it is needed and none is kept by the benchmark.
 */

const differentTokens = 1_000_000
const verifications = Number(process.argv[2] ?? 10_000_000)
const report = verifications / 10
const allowedGrowth = 8 * 1024 * 1024

const issuer = "https://login.example.com"
const audience = "https://mcp.example.com/mcp"
const secret = randomBytes(32)
const iat = Math.floor(Date.now() / 1000)
const groups = "g".repeat(480)
const header = encode({ alg: "HS256", typ: "at+jwt" })

const { verify } = jwtVerifier({ issuer, audience, secret })
const heap: number[] = []

for (let count = 1; count <= verifications; count += 1) {
  const number = (count * 7_919) % differentTokens
  const { subject } = await verify(token(number))
  if (subject !== `user-${number}`) throw new Error(`Expected user-${number}, not ${subject}`)
  if (count % report === 0) measure(count)
}

const growth = Math.max(...heap.slice(1)) - (heap[0] ?? 0)
const flat = growth <= allowedGrowth
process.stdout.write(
  `${flat ? "met   " : "missed"} memory is flat: the heap grew by ${megabytes(growth)}\n`,
)
if (!flat) process.exitCode = 1

function token(number: number): string {
  const signed = `${header}.${encode({
    iss: issuer,
    aud: audience,
    sub: `user-${number}`,
    client_id: "00000000-aaaa-4bbb-8ccc-dddddddddddd",
    scope: "mcp:read mcp:write",
    iat,
    exp: iat + 86_400,
    groups,
  })}`
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url")
}

function measure(count: number): void {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  heap.push(heapUsed)
  process.stdout.write(
    `${count.toLocaleString("en").padStart(12)} verified   heap ${megabytes(heapUsed)}   resident ${megabytes(rss)}\n`,
  )
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`.padStart(9)
}
