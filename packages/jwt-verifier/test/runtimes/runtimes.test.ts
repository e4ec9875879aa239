import { execFile } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import type { ServerResponse } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { exportSPKI, type JWK } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { JsonServer } from "../json-server.ts"
import { audience, goodClaims, hmacToken, issuer, signingKey, time } from "../signing-key.ts"
import { withWorkerd } from "./workerd.ts"

const run = promisify(execFile)
const packageFolder = fileURLToPath(new URL("../..", import.meta.url))
const { platform, arch } = process
const require = createRequire(import.meta.url)

/** The programs of the runtimes, where their packages for this machine are installed. */
const programs = {
  deno: program(require.resolve("deno/package.json"), `@deno/${platform}-${arch}-glibc`, "deno"),
  bun: program(
    require.resolve("bun/package.json"),
    `@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}`,
    "bin/bun",
  ),
  workerd: program(
    require.resolve("workerd/package.json"),
    `@cloudflare/workerd-${platform}-${arch === "x64" ? "64" : arch}`,
    "bin/workerd",
  ),
}

interface Case {
  name: string
  kind: "jwt" | "introspection"
  options: Record<string, unknown>
  token: string
  expected: string
}

let server: JsonServer
let folder: string
let input: { now: number; cases: Case[] }

beforeAll(async () => {
  await run(process.execPath, [typescript(), "-b", join(packageFolder, "tsconfig.build.json")])
  server = await JsonServer.start()
  folder = await mkdtemp(join(tmpdir(), "doorward-runtimes-"))
  input = { now: time, cases: await makeCases(server) }
  writeFileSync(join(folder, "input.json"), JSON.stringify(input))
})

afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

describe("the built package", () => {
  it("runs in Node", () => expectAllAsExpected(process.execPath, []))

  it.skipIf(!programs.bun)("runs in Bun", () => expectAllAsExpected(programs.bun, ["run"]))

  it.skipIf(!programs.deno)("runs in Deno", () =>
    expectAllAsExpected(programs.deno, ["run", "--allow-all", "--no-check", "--quiet"]),
  )

  it.skipIf(!programs.workerd)("runs in workerd, without Node's modules", async () => {
    expectAll(await withWorkerd(programs.workerd ?? "", [], (url) => post(url, input)))
  })

  it.skipIf(!programs.workerd)("runs in workerd, with Node's modules", async () => {
    const flags = ["nodejs_compat"]
    expectAll(await withWorkerd(programs.workerd ?? "", flags, (url) => post(url, input)))
  })

  it.skipIf(!programs.workerd)("keeps the fetches of a Worker's requests apart", async () => {
    const key = await signingKey("ES256", "k")
    const waiting: ServerResponse[] = []
    server.answers.set("/both", (_: unknown, response: ServerResponse) => {
      waiting.push(response)
      if (waiting.length < 2) return
      for (const each of waiting) each.end(JSON.stringify({ keys: [key.jwk] }))
    })
    const body = {
      now: time,
      options: { issuer, audience, jwksUri: `${server.url}/both` },
      token: await key.sign(),
    }
    const results = await withWorkerd(programs.workerd ?? "", [], (url) =>
      Promise.all([post(`${url}/shared`, body), post(`${url}/shared`, body)]),
    )
    expect(results).toMatchObject([{ subject: "alice" }, { subject: "alice" }])
    expect(waiting).toHaveLength(2)
  })
})

async function post(url: string, body: unknown): Promise<unknown> {
  return (await fetch(url, { method: "POST", body: JSON.stringify(body) })).json()
}

async function expectAllAsExpected(program: string | undefined, parameters: string[]) {
  const command = join(packageFolder, "test/runtimes/command.js")
  const options = { cwd: folder, env: { ...process.env, HOME: folder, NO_COLOR: "1" } }
  const { stdout } = await run(
    program ?? "",
    [...parameters, command, join(folder, "input.json")],
    options,
  )
  expectAll(JSON.parse(stdout))
}

function expectAll(results: unknown): void {
  const expected = input.cases.map(({ name, expected }) => ({ name, outcome: expected }))
  const outcomes = (results as { name: string; outcome: string }[]).map(({ name, outcome }) => ({
    name,
    outcome,
  }))
  expect(outcomes).toEqual(expected)
}

async function makeCases(server: JsonServer): Promise<Case[]> {
  const cases: Case[] = []
  const add = (name: string, options: Case["options"], token: string, expected: string) =>
    cases.push({ name, kind: "jwt", options: { issuer, audience, ...options }, token, expected })

  for (const alg of ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]) {
    const key = await signingKey(alg, "k")
    const jwks = { keys: [key.jwk] }
    const token = await key.sign()
    add(`${alg}: good`, { jwks }, token, "alice")
    add(`${alg}: PEM`, { publicKey: await exportSPKI(key.publicKey) }, token, "alice")
    add(`${alg}: other claims`, { jwks }, withClaims(token, { sub: "admin" }), "bad_signature")
    add(`${alg}: expired`, { jwks }, await key.sign({ exp: 1 }), "expired")
    add(`${alg}: another type`, { jwks }, await key.sign({}, { typ: "JWT" }), "wrong_type")
  }

  const secret = "x".repeat(32)
  add("HS256: good", { secret }, hmacToken(secret, 1), "alice")
  add("HS256: another secret", { secret }, hmacToken("y".repeat(32), 1), "bad_signature")
  add("no JWT", { secret }, "opaque", "malformed")

  const vectors = JSON.parse(readFileSync(join(packageFolder, "test/vectors/rfc-jws.json"), "utf8"))
  for (const { source, key, jws } of vectors as { source: string; key: JWK; jws: string }[]) {
    if (key.kty === "oct" || !source.startsWith("RFC 7515 A.") || source.endsWith("A.4")) continue
    const options = { issuer: "joe", jwks: { keys: [key] }, allowMissingTyp: true }
    add(`${source}: expired long ago, its signature good`, options, jws, "expired")
    add(`${source}: other claims`, options, withClaims(jws, { iss: "joe" }), "bad_signature")
  }

  const key = await signingKey("ES256", "remote")
  const token = await key.sign()
  const redirect = (location: string) => (_: unknown, response: ServerResponse) =>
    response.writeHead(302, { location }).end()
  server.answers.set("/keys", { keys: [key.jwk] })
  server.answers.set("/large", { keys: [key.jwk], padding: "x".repeat(70_000) })
  server.answers.set("/moved", redirect("/keys"))
  server.answers.set("/elsewhere", redirect(`http://localhost:${new URL(server.url).port}/keys`))
  for (const [path, expected] of [
    ["/keys", "alice"],
    ["/moved", "alice"],
    ["/elsewhere", "keys_unavailable"],
    ["/large", "keys_unavailable"],
    ["/absent", "keys_unavailable"],
  ] as const) {
    add(`keys at ${path}`, { jwksUri: `${server.url}${path}` }, token, expected)
  }
  add(
    "an unknown kid",
    { jwksUri: `${server.url}/keys` },
    await key.sign({}, { kid: "other" }),
    "unknown_key",
  )

  server.answers.set("/introspect", { active: true, ...goodClaims })
  const options = {
    introspectionEndpoint: `${server.url}/introspect`,
    clientId: "rs",
    clientSecret: "secret",
    issuer,
    audience,
  }
  cases.push({
    name: "introspection",
    kind: "introspection",
    options,
    token: "opaque",
    expected: "alice",
  })
  return cases
}

function withClaims(token: string, claims: object): string {
  const [header, payload = "", signature] = token.split(".")
  const changed = {
    ...JSON.parse(Buffer.from(payload, "base64url").toString()),
    ...claims,
    more: 1,
  }
  return `${header}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}.${signature}`
}

function program(packageFile: string, name: string, file: string): string | undefined {
  try {
    return join(dirname(createRequire(packageFile).resolve(`${name}/package.json`)), file)
  } catch {
    return undefined
  }
}

function typescript(): string {
  return join(dirname(require.resolve("typescript/package.json")), "bin/tsc")
}
