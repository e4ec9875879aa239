import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "@doorward/test-support/free-port"
import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { ownSchema } from "@doorward/test-support/own-schema"
import { postgresAtHand } from "@doorward/test-support/postgres-at-hand"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { startServer } from "../../src/index.ts"
import { type ServedEmulator, serveEmulator } from "../support/emulator.ts"
import { callMcp, refresh, registerClient, signIn } from "../support/oauth-client.ts"
import { readToken } from "../support/read-token.ts"
import { runCommandHere, runDoorward } from "../support/run-doorward.ts"
import { environmentFor } from "../support/stack.ts"

let emulator: ServedEmulator
beforeAll(async () => {
  emulator = await serveEmulator()
})
afterAll(() => emulator.close())

const stores = [
  { name: "SQLite", atHand: true, open: async (folder: string) => `sqlite:${folder}/doorward.db` },
  {
    name: "Redis",
    atHand: redisServerAtHand,
    async open() {
      const redis = await ownRedis([])
      onTestFinished(redis.dispose)
      return `redis://127.0.0.1:${redis.port}`
    },
  },
  {
    name: "PostgreSQL",
    atHand: postgresAtHand,
    async open() {
      const schema = await ownSchema()
      onTestFinished(schema.drop)
      return schema.url
    },
  },
]

/** A running server, and its command line. */
async function deployment(open: (folder: string) => Promise<string>) {
  const folder = mkdtempSync(join(tmpdir(), "doorward-clients-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const environment = {
    ...environmentFor(emulator.url, await freePort(), folder),
    MCP_STORE_URL: await open(folder),
  }
  const server = await startServer(environment)
  onTestFinished(server.close)
  return {
    served: { server },
    here: (...args: string[]) => runCommandHere(args, environment),
    process: (...args: string[]) => runDoorward(args, { environment, folder }),
  }
}

for (const { name, atHand, open } of stores) {
  test.skipIf(!atHand)(`with ${name}, clients are listed, shown and ended`, async () => {
    const { served, here, process } = await deployment(open)
    const idle = await registerClient(served)
    const used = await signIn(served)
    const today = new Date().toISOString().slice(0, 10)

    const listed = await process("clients", "list")
    expect(listed).toMatchObject({ code: 0, errors: "" })
    expect(listed.output.trim().split("\n").sort()).toEqual(
      [
        `${idle}  Bare client  127.0.0.1:33420  registered ${today}  never used  0 sign-ins`,
        `${used.clientId}  Bare client  127.0.0.1:33420  registered ${today}  last used ${today}  1 sign-in`,
      ].sort(),
    )

    const shown = await here("clients", "show", used.clientId)
    expect(shown.code).toBe(0)
    expect(shown.output).toContain(`Client          ${used.clientId}\n`)
    expect(shown.output).toContain("Redirect URI    http://127.0.0.1:33420/callback\n")

    const ended = await process("clients", "end", used.clientId)
    expect(ended.code).toBe(0)
    expect(ended.output).toMatch(/^Ended the registration and 1 sign-in of /)
    expect((await refresh(served, used.clientId, used.refreshToken)).status).toBe(401)
    await expect
      .poll(() => callMcp(`${served.server.url}/mcp`, used.accessToken), { timeout: 10_000 })
      .toBe(401)

    const { output } = await here("clients", "list", "--json")
    expect(
      output
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        clientId: idle,
        clientName: "Bare client",
        redirectUris: ["http://127.0.0.1:33420/callback"],
        authenticationMethod: "none",
        createdAt: expect.stringContaining(today),
        expiresAt: expect.any(String),
        grants: 0,
      },
    ])
  })
}

describe("with a server that has no clients", () => {
  const sqlite = (folder: string) => Promise.resolve(`sqlite:${folder}/doorward.db`)

  test("clients list says so, and prints nothing as JSON", async () => {
    const { here } = await deployment(sqlite)
    expect(await here("clients", "list")).toMatchObject({
      code: 0,
      output: "No client has registered.\n",
    })
    expect(await here("clients", "list", "--json")).toEqual({ code: 0, output: "", errors: "" })
  })

  test("an id that nothing has is not found, even if it begins with a hyphen", async () => {
    const { here } = await deployment(sqlite)
    for (const id of ["none", "-bcdefghijklmnopqrstuv", "--cdefghijklmnopqrstuv"]) {
      const shown = await here("clients", "show", id)
      expect(shown).toMatchObject({ code: 1, errors: "" })
      expect(shown.output).toBe(`There is no client with the id ${id}.\n`)
      const ended = await here("clients", "end", id)
      expect(ended).toMatchObject({ code: 1, errors: "" })
      expect(ended.output).toContain(`There is no registration of ${id},`)
    }
  })

  test("exactly one id must be given", async () => {
    const { here } = await deployment(sqlite)
    for (const args of [[], ["one", "two"], ["--jsn", "one"]]) {
      const { code, errors } = await here("clients", "show", ...args)
      expect(code).toBe(2)
      expect(errors).toContain("Usage: doorward clients show <id> [--json]")
    }
  })
})

test("a user whose id begins with a hyphen is named like any other", async () => {
  const { here } = await deployment(async (folder) => `sqlite:${folder}/doorward.db`)
  const user = `-${"a".repeat(42)}`
  for (const command of ["list", "end"]) {
    for (const named of [["--user", user], [`--user=${user}`]]) {
      expect(await here("grants", command, ...named)).toMatchObject({
        code: 0,
        output: `There are no grants of ${user}.\n`,
      })
    }
    expect(await here("grants", command, "--user", "--json")).toMatchObject({ code: 2 })
  }
})

test("grants list shows the sign-ins of one user, and no secret", async () => {
  const { served, here } = await deployment(async (folder) => `sqlite:${folder}/doorward.db`)
  const alice = await signIn(served, "alice@contoso.example")
  await signIn(served, "bob@contoso.example")
  const { sub } = readToken(alice.accessToken).claims

  const { code, output } = await here("grants", "list", "--user", String(sub))
  expect(code).toBe(0)
  expect(output.trim().split("\n")).toHaveLength(1)
  expect(output).toContain(`${alice.clientId}  Bare client  ${served.server.url}/mcp  `)
  const { output: json } = await here("grants", "list", "--json", "--user", String(sub))
  expect(JSON.parse(json)).toMatchObject({
    clientId: alice.clientId,
    resource: `${served.server.url}/mcp`,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  })
  for (const token of [alice.accessToken, alice.refreshToken]) {
    expect(output + json).not.toContain(token)
  }
  expect((await here("grants", "list", "--user", "nobody")).output).toBe(
    "There are no grants of nobody.\n",
  )
})
