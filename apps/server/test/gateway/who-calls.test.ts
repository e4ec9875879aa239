import { execFile, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { freePort } from "@doorward/test-support/free-port"
import { expect, onTestFinished, test, vi } from "vitest"
import { backendServer } from "../support/backend-server.ts"
import { signedInSdk1, signedInSdk2 } from "../support/signed-in-client.ts"
import { type Stack, startStack } from "../support/stack.ts"

const bob = "bob@contoso.example"

/** Doorward in front of a backend at a URL, which it tells who is calling. */
async function stackInFrontOf(url: string, port: number): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "doorward-who-calls-"))
  const file = join(folder, "doorward.yaml")
  writeFileSync(file, `backends: { mcp: { url: ${url}, identity: true } }\n`)
  const stack = await startStack({ MCP_SERVER_PORT: String(port) }, { file })
  onTestFinished(async () => {
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return stack
}

test("a server on a framework of others reads who is calling, from headers and assertion", async () => {
  const [port, backendPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${backendPort}/mcp`
  const program = new URL("../support/fastmcp-backend.ts", import.meta.url).pathname
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      PORT: String(backendPort),
      ISSUER: `http://localhost:${port}`,
      AUDIENCE: url,
    },
    stdio: "ignore",
  })
  onTestFinished(async () => {
    const ended = once(child, "exit")
    child.kill("SIGKILL")
    await ended
  })
  await vi.waitFor(() => fetch(url), { timeout: 30_000 })
  const stack = await stackInFrontOf(url, port)
  const expected = { fromHeaders: bob, fromAssertion: bob, authorization: "undefined" }
  const older = await signedInSdk1(stack.mcpUrl, {}, undefined, bob)
  const newer = await signedInSdk2(stack.mcpUrl, bob)
  for (const client of [older.client, newer]) {
    const { content } = await client.callTool({ name: "who_calls", arguments: {} })
    const [{ text }] = content as [{ text: string }]
    expect(JSON.parse(text)).toEqual(expected)
    await client.close()
  }
})

/** Whether this machine has what the page says that Python needs. */
function hasPyJwt(): boolean {
  try {
    execFileSync(python, ["-c", "import jwt, cryptography"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}
const python = "/usr/bin/python3"

test.skipIf(!hasPyJwt())("the Python of docs/gateway.md verifies the assertion", async () => {
  const backend = await backendServer("greet")
  onTestFinished(() => backend.close())
  const port = await freePort()
  const stack = await stackInFrontOf(backend.url, port)
  const { client } = await signedInSdk1(stack.mcpUrl, {}, undefined, bob)
  await client.callTool({ name: "greet" })
  await client.close()
  const assertion = backend.received.at(-1)?.get("x-doorward-assertion") ?? ""

  const page = readFileSync(new URL("../../../../docs/gateway.md", import.meta.url), "utf8")
  const [, snippet = ""] = /```python\n([\s\S]*?)```/.exec(page) ?? []
  const verify = async (audience: string, token: string) => {
    const program = snippet
      .replace(/^ISSUER = "[^"]*"/m, `ISSUER = "http://localhost:${port}"`)
      .replace(/^AUDIENCE = "[^"]*"/m, `AUDIENCE = "${audience}"`)
    const call = `import json, sys\nprint(json.dumps(caller({"X-Doorward-Assertion": sys.argv[1]})))`
    const run = promisify(execFile)
    return JSON.parse((await run(python, ["-c", `${program}\n${call}`, token])).stdout)
  }
  expect(await verify(backend.url, assertion)).toMatchObject({
    iss: `http://localhost:${port}`,
    aud: backend.url,
    email: bob,
    client_id: expect.any(String),
  })
  await expect(verify("http://127.0.0.1:1/another", assertion)).rejects.toThrow(
    "InvalidAudienceError",
  )
  const [header, , signature] = assertion.split(".")
  const claims = Buffer.from(JSON.stringify({ sub: "eve" })).toString("base64url")
  await expect(verify(backend.url, `${header}.${claims}.${signature}`)).rejects.toThrow(
    "InvalidSignatureError",
  )
})
