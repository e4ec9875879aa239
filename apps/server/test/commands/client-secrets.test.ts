import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { hashClientSecret } from "@doorward/oauth-core"
import { freePort } from "@doorward/test-support/free-port"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { parse } from "yaml"
import { startServer } from "../../src/index.ts"
import { type ServedEmulator, serveEmulator } from "../support/emulator.ts"
import { runCommandHere } from "../support/run-doorward.ts"
import { environmentFor } from "../support/stack.ts"

let emulator: ServedEmulator
beforeAll(async () => {
  emulator = await serveEmulator()
})
afterAll(() => emulator.close())

const redirectUri = "https://ci.example.com/callback"
const add = ["clients", "add", "--name", "CI", "--redirect-uri", redirectUri]

/** What a command printed: the secret, and the snippet for the file. */
function printed(output: string) {
  const secret = /^Client secret: (.+)$/m.exec(output)?.[1] ?? ""
  expect(output.split(secret)).toHaveLength(2)
  const snippet = /^clients:\n(?: .*\n)+/m.exec(output)?.[0] ?? ""
  const [client] = parse(snippet).clients
  return { secret, snippet, client }
}

/** A folder with a configuration file, and the command line in front of it. */
async function deployment() {
  const folder = mkdtempSync(join(tmpdir(), "doorward-secrets-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, "clients.yaml")
  const port = await freePort()
  const environment = {
    ...environmentFor(emulator.url, port, folder),
    MCP_STORE_URL: `sqlite:${folder}/doorward.db`,
    DOORWARD_CONFIG: file,
  }
  return {
    write: (text: string) => writeFileSync(file, text),
    here: (...args: string[]) => runCommandHere(args, environment),
    serve: () => startServer(environment),
  }
}

/** 400 for a client that is authenticated, since the refresh token is none; otherwise 401. */
async function statusOf(url: string, clientId: string, secret: string): Promise<number> {
  const form = { grant_type: "refresh_token", refresh_token: "x", client_id: clientId }
  const body = new URLSearchParams({ ...form, client_secret: secret })
  return (await fetch(`${url}/token`, { method: "POST", body })).status
}

test("a client is added, used and rotated, and its last use is shown without a secret", async () => {
  const { write, here, serve } = await deployment()
  const added = await runCommandHere([...add, "--config", "other.yaml"], {})
  expect(added).toMatchObject({ code: 0, errors: "" })
  expect(added.output).toContain("Add this entry to clients in other.yaml")
  const first = printed(added.output)
  const clientSecretHash = await hashClientSecret(first.secret)
  const { clientId } = first.client
  expect(first.client).toEqual({
    clientId,
    clientName: "CI",
    redirectUris: [redirectUri],
    clientSecretHash,
  })

  write(first.snippet)
  const rotated = await here("clients", "rotate", clientId)
  expect(rotated).toMatchObject({ code: 0, errors: "" })
  expect(rotated.output).toContain("Remove the second hash when the client uses the new secret")
  const second = printed(rotated.output)
  expect(second.client).toEqual({
    ...first.client,
    clientSecretHash: [await hashClientSecret(second.secret), clientSecretHash],
  })

  write(second.snippet)
  const server = await serve()
  onTestFinished(server.close)
  expect(await statusOf(server.url, clientId, "w".repeat(43))).toBe(401)
  expect(await statusOf(server.url, clientId, first.secret)).toBe(400)
  const shown = await here("clients", "show", clientId)
  expect(shown.output).toContain("Authentication  client_secret_basic\n")
  expect(shown.output).toContain("Secret 1        never used\n")
  expect(shown.output).toMatch(/^Secret 2 {8}last used \d{4}-\d\d-\d\dT.*Z$/m)
  expect(await statusOf(server.url, clientId, second.secret)).toBe(400)
  const listed = await here("clients", "list")
  expect(listed.output).toMatch(
    /^\w{32} {2}CI {2}ci\.example\.com {2}configured {2}secret 1 last used .*Z {2}secret 2 last used .*Z\n$/,
  )
  const json = await here("clients", "show", clientId, "--json")
  expect(JSON.parse(json.output)).toMatchObject({
    clientId,
    secretsLastUsedAt: [expect.stringMatching(/Z$/), expect.stringMatching(/Z$/)],
  })
  for (const text of [first.secret, second.secret, ...second.client.clientSecretHash]) {
    expect(shown.output + listed.output + json.output).not.toContain(text.replace("sha256:", ""))
  }

  const again = await here("clients", "rotate", clientId)
  expect(again.output).toContain("The older of its two secrets is no longer in it")
  expect(printed(again.output).client.clientSecretHash[1]).toBe(second.client.clientSecretHash[0])
})

test("clients rotate replaces a secret in plain text, and says if there is nothing to rotate", async () => {
  const { write, here } = await deployment()
  const clientSecret = "s".repeat(43)
  const redirectUris = [redirectUri]
  const clients = [
    { clientId: "plain", clientSecret, redirectUris },
    { clientId: "public", redirectUris },
  ]
  write(JSON.stringify({ clients }))
  const { output } = await here("clients", "rotate", "plain")
  expect(output).not.toContain(clientSecret)
  expect(printed(output).client.clientSecretHash[1]).toBe(await hashClientSecret(clientSecret))
  expect(await here("clients", "rotate", "public")).toEqual({
    code: 1,
    output: "The client public has no secret to rotate.\n",
    errors: "",
  })
  expect(await here("clients", "rotate", "none")).toEqual({
    code: 1,
    output: "No client with the id none is in the configuration.\n",
    errors: "",
  })
})

test.each([
  [["clients", "add"], "Name the client with --name"],
  [["clients", "add", "--name", "CI"], "Give the client's redirect URI with --redirect-uri"],
  [[...add, "--redirect-uri", "nowhere"], "--redirect-uri nowhere is not a URI."],
  [[...add, "--nme", "x"], "--nme is not an option of this command; did you mean --name?"],
  [["clients", "rotate"], "Name one client by its id"],
])("%j is refused, with what is missing or wrong", async (args, problem) => {
  const { code, output, errors } = await runCommandHere(args, {})
  expect({ code, output }).toEqual({ code: 2, output: "" })
  expect(errors).toContain(problem)
  expect(errors).toContain(`Usage: doorward clients ${args[1]}`)
})
