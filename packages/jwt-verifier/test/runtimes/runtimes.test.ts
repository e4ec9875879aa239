import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import type { ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { exportSPKI, type JWK } from "jose"
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest"
import { JsonServer } from "../json-server.ts"
import { audience, goodClaims, hmacToken, issuer, signingKey, time } from "../signing-key.ts"
import { installBuiltPackage } from "./installed-package.ts"
import { installPrograms, type Programs, type Runtime } from "./programs.ts"
import { type Installation, withWorkerd } from "./workerd.ts"

const vectors = new URL("../vectors/rfc-jws.json", import.meta.url)
const installTimeout = 10 * 60_000

interface Case {
  name: string
  kind: "jwt" | "introspection"
  options: Record<string, unknown>
  token: string
  expected: string
}

let server: JsonServer
let programs: Programs
let installation: Installation
let input: { now: number; cases: Case[] }

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "doorward-runtimes-"))
  installation = { folder, packages: await installBuiltPackage(folder) }
  programs = await installPrograms()
  server = await JsonServer.start()
  input = { now: time, cases: await makeCases(server) }
  await writeFile(join(folder, "input.json"), JSON.stringify(input))
}, installTimeout)

afterAll(async () => {
  await server.stop()
  await rm(installation.folder, { recursive: true })
})

describe("the built package", () => {
  it("runs in Node", () => expectAllAsExpected(process.execPath, []))

  it("runs in Bun", (test) => expectAllAsExpected(programOf("Bun", test), ["run"]))

  it("runs in Deno", (test) => {
    const parameters = ["run", "--allow-all", "--no-check", "--quiet"]
    return expectAllAsExpected(programOf("Deno", test), parameters)
  })

  it("runs in workerd, without Node's modules", async (test) => {
    expectAll(await inWorkerd(test, [], (url) => post(url, input)))
  })

  it("runs in workerd, with Node's modules", async (test) => {
    expectAll(await inWorkerd(test, ["nodejs_compat"], (url) => post(url, input)))
  })

  it("keeps the fetches of a Worker's requests apart", async (test) => {
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
    const results = await inWorkerd(test, [], (url) =>
      Promise.all([post(`${url}/shared`, body), post(`${url}/shared`, body)]),
    )
    expect(results).toMatchObject([{ subject: "alice" }, { subject: "alice" }])
    expect(waiting).toHaveLength(2)
  })
})

async function post(url: string, body: unknown): Promise<unknown> {
  return (await fetch(url, { method: "POST", body: JSON.stringify(body) })).json()
}

/** The program of a runtime; without it the test is skipped, and says so. */
function programOf(runtime: Runtime, { skip }: TestContext): string {
  return programs[runtime] ?? skip(`npm could not install ${runtime}`)
}

function inWorkerd<T>(test: TestContext, flags: string[], use: (url: string) => Promise<T>) {
  return withWorkerd(programOf("workerd", test), installation, flags, use)
}

async function expectAllAsExpected(program: string, parameters: string[]) {
  const { folder } = installation
  const { stdout } = await promisify(execFile)(
    program,
    [...parameters, join(folder, "command.js"), join(folder, "input.json")],
    { cwd: folder, env: { ...process.env, HOME: folder, NO_COLOR: "1" } },
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
  add("not a JWT", { secret }, "opaque", "malformed")
  add(
    "a mistyped option",
    { secret, requiredScopes: [] },
    "opaque",
    "jwtVerifier: requiredScopes is not an option; did you mean requireScopes?",
  )

  const rfcVectors: { source: string; key: JWK; jws: string }[] = JSON.parse(
    await readFile(vectors, "utf8"),
  )
  for (const { source, key, jws } of rfcVectors) {
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
