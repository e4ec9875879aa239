import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Cluster, startCluster } from "../support/cluster.ts"
import { callMcp, refresh, signIn } from "../support/oauth-client.ts"
import { readToken } from "../support/read-token.ts"
import { runCommandHere, runDoorward } from "../support/run-doorward.ts"

const folder = mkdtempSync(join(tmpdir(), "doorward-commands-"))
let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({ size: 1, storeUrl: `sqlite:${join(folder, "doorward.db")}` })
})
afterAll(async () => {
  await cluster?.close()
  rmSync(folder, { recursive: true, force: true })
})

const doorward = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runDoorward(args, { environment: { ...cluster.environment, ...more }, folder })
const here = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runCommandHere(args, { ...cluster.environment, ...more })
const subOf = (token: string) => String(readToken(token).claims.sub)
const publishedKeys = async () => {
  const response = await fetch(`${cluster.server.url}/.well-known/jwks.json`)
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
}

describe("keys rotate --now", () => {
  test("the running server drops the old key within a minute, and clients refresh", async () => {
    const { clientId, accessToken, refreshToken } = await signIn(cluster)
    expect(await callMcp(cluster.mcpUrl, accessToken)).toBe(200)

    const { code, output, errors } = await doorward(["keys", "rotate", "--now"])
    expect({ code, errors }).toEqual({ code: 0, errors: "" })
    const [, keyId] = /with the key (\S+)\./.exec(output) ?? []
    expect(keyId).not.toBe(readToken(accessToken).header.kid)

    await cluster.advanceClocks(60_000)
    expect(await publishedKeys()).toEqual([keyId])
    expect(await callMcp(cluster.mcpUrl, accessToken)).toBe(401)
    const { status, body } = await refresh(cluster, clientId, refreshToken)
    expect(status).toBe(200)
    expect(readToken(String(body.access_token)).header.kid).toBe(keyId)
    expect(await callMcp(cluster.mcpUrl, String(body.access_token))).toBe(200)
  })

  test("without --now it says that keys rotate by themselves, and changes nothing", async () => {
    const before = await publishedKeys()
    const { code, errors } = await here(["keys", "rotate"])
    expect(code).toBe(2)
    expect(errors).toMatch(/^Keys rotate by themselves[\s\S]*Usage: doorward keys rotate --now\n$/)
    await cluster.advanceClocks(60_000)
    expect(await publishedKeys()).toEqual(before)
  })
})

describe("grants end --user", () => {
  test("ends every grant of that user on the running server, and nobody else's", async () => {
    const alice = await signIn(cluster, "alice@contoso.example")
    const again = await signIn(cluster, "alice@contoso.example")
    const bob = await signIn(cluster, "bob@contoso.example")
    expect(subOf(again.accessToken)).toBe(subOf(alice.accessToken))
    expect(await callMcp(cluster.mcpUrl, alice.accessToken)).toBe(200)

    const ended = await doorward(["grants", "end", "--user", subOf(alice.accessToken)], {
      DOORWARD_LOG_LEVEL: "info",
    })
    // The first test signed alice in, too.
    expect(ended).toMatchObject({ code: 0, errors: expect.stringContaining("revoked_by_operator") })
    expect(ended.output).toMatch(/^Ended 3 grants of /)

    for (const { clientId, refreshToken } of [alice, again]) {
      const { status, body } = await refresh(cluster, clientId, refreshToken)
      expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_grant" })
    }
    await cluster.advanceClocks(5000)
    expect(await callMcp(cluster.mcpUrl, alice.accessToken)).toBe(401)
    expect(await callMcp(cluster.mcpUrl, bob.accessToken)).toBe(200)
    expect((await refresh(cluster, bob.clientId, bob.refreshToken)).status).toBe(200)
  })

  test("a user without grants is not an error, and the output says so", async () => {
    const { code, output } = await here(["grants", "end", "--user", "nobody"])
    expect({ code, output }).toEqual({ code: 0, output: "There are no grants of nobody.\n" })
  })

  test("without a user nothing is done", async () => {
    const { code, errors } = await here(["grants", "end"])
    expect(code).toBe(2)
    expect(errors).toMatch(/Usage: doorward grants end --user <sub>\n$/)
  })
})

describe("a command that cannot reach the records of the server", () => {
  test("says that the secret is another one, and overwrites nothing", async () => {
    const before = await publishedKeys()
    const DOORWARD_SECRET = randomBytes(32).toString("base64url")
    const { code, output, errors } = await doorward(["keys", "rotate", "--now"], {
      DOORWARD_SECRET,
    })
    expect({ code, output }).toEqual({ code: 1, output: "" })
    expect(errors).toMatch(/^DOORWARD_SECRET is not the secret of what is stored: .*\n$/)
    await cluster.advanceClocks(60_000)
    expect(await publishedKeys()).toEqual(before)
  })

  test("says that the file does not exist, and does not create it", async () => {
    const missing = join(folder, "elsewhere.db")
    const { code, errors } = await here(["grants", "end", "--user", "somebody"], {
      MCP_STORE_URL: `sqlite:${missing}`,
    })
    expect(code).toBe(1)
    expect(errors).toMatch(/^MCP_STORE_URL names .*elsewhere\.db, which does not exist; .*\n$/)
  })

  test("says that records in memory cannot be reached", async () => {
    const { code, errors } = await here(["keys", "rotate", "--now"], {
      MCP_STORE_URL: "memory:",
    })
    expect(code).toBe(1)
    expect(errors).toMatch(/^MCP_STORE_URL is memory:, .*\n$/)
  })
})

describe("the command line", () => {
  test("--help names every command", async () => {
    const { code, output } = await here(["--help"])
    expect(code).toBe(0)
    for (const command of ["start", "keys rotate --now", "grants end --user <sub>"]) {
      expect(output).toContain(`\n  ${command} `)
    }
  })

  test("unknown commands and options are refused, and no server starts", async () => {
    for (const args of [["strat"], ["keys"], ["start", "--port", "1"]]) {
      const { code, output, errors } = await here(args)
      expect({ code, output }).toEqual({ code: 2, output: "" })
      expect(errors).toContain("Usage: doorward")
    }
    expect((await here(["strat"])).errors).toMatch(
      /^There is no command strat\. Did you mean start\?\n/,
    )
    expect((await here(["doctor", "--jsn"])).errors).toMatch(
      /^--jsn is not an option of this command; did you mean --json\?\n/,
    )
  })
})
