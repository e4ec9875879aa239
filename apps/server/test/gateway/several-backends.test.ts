import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "@doorward/test-support/free-port"
import { createRemoteJWKSet, jwtVerify } from "jose"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { type BackendServer, backendServer } from "../support/backend-server.ts"
import { mcpClient } from "../support/mcp-client.ts"
import { type Stack, startStack } from "../support/stack.ts"

const headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  "mcp-protocol-version": "2025-11-25",
}
const call = (name: string) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name, arguments: {} },
})

let github: BackendServer
let files: BackendServer
let stack: Stack
let base: string
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "doorward-backends-"))
  github = await backendServer("list_issues", "delete_repository")
  files = await backendServer("read_file")
  const port = await freePort()
  base = `http://localhost:${port}`
  const file = join(folder, "doorward.yaml")
  writeFileSync(
    file,
    `readiness: { backends: true }
backends:
  github:
    url: ${github.url}
    name: GitHub tools
    policy: { tools: { delete_repository: { roles: [Admin] } } }
    identity: true
  files:
    url: ${files.url}
    path: /documents
`,
  )
  stack = await startStack({ MCP_SERVER_PORT: String(port) }, { file })
})
afterAll(async () => {
  await stack.close()
  await Promise.all([github.close(), files.close()])
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  for (const { received } of [github, files]) received.length = 0
})

async function tokenFor(path: string, username?: string): Promise<string> {
  const client = await mcpClient({ ...stack, mcpUrl: base + path } as never)
  const { accessToken } = await client.signIn(username, { resource: base + path })
  return accessToken
}

const post = (path: string, token: string, body: unknown) =>
  fetch(base + path, {
    method: "POST",
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })

describe("several backends below one door", () => {
  test.each(["/github/mcp", "/documents"])("%s is a resource of its own", async (path) => {
    const response = await fetch(base + path, { method: "POST", headers, body: "{}" })
    expect(response.status).toBe(401)
    const [, url = ""] =
      /resource_metadata="([^"]+)"/.exec(response.headers.get("www-authenticate") ?? "") ?? []
    const metadata = await (await fetch(url)).json()
    expect(metadata).toMatchObject({ resource: base + path, authorization_servers: [base] })
  })

  test("a token for one is refused at the other, and reaches neither backend there", async () => {
    const token = await tokenFor("/github/mcp")
    const allowed = await post("/github/mcp", token, call("list_issues"))
    expect(await allowed.text()).toContain("list_issues was called")
    expect((await post("/documents", token, call("read_file"))).status).toBe(401)
    expect(files.received).toEqual([])
  })

  test("a person without the role never reaches the tool", async () => {
    const token = await tokenFor("/github/mcp", "bob@contoso.example")
    expect((await post("/github/mcp", token, call("delete_repository"))).status).toBe(403)
    const batch = [call("list_issues"), call("delete_repository")]
    expect((await post("/github/mcp", token, batch)).status).toBe(403)
    const twice = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_issues","Name":"delete_repository"}}`
    expect((await post("/github/mcp", token, twice)).status).toBe(400)
    expect(github.received).toEqual([])
  })

  test("a backend learns who is calling, and never the token", async () => {
    const token = await tokenFor("/github/mcp", "bob@contoso.example")
    await post("/github/mcp", token, call("list_issues"))
    const [seen] = github.received
    expect(seen?.get("x-doorward-email")).toBe("bob@contoso.example")
    expect(seen?.get("authorization")).toBeNull()
    const { payload } = await jwtVerify(
      seen?.get("x-doorward-assertion") ?? "",
      createRemoteJWKSet(new URL(`${base}/.well-known/jwks.json`)),
      { issuer: base, audience: github.url, algorithms: ["ES256"] },
    )
    expect(payload).toMatchObject({ email: "bob@contoso.example", client_id: expect.any(String) })
  })

  test("the page lists them, and the bare address is none of them", async () => {
    const page = await (await fetch(base)).text()
    for (const text of ["GitHub tools", `${base}/github/mcp`, `${base}/documents`]) {
      expect(page).toContain(text)
    }
    expect((await fetch(base, { method: "POST", headers, body: "{}" })).status).toBe(404)
  })
})

test("those who ask /readyz at once share an answer of the backends", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${base}/readyz`)))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(github.received.length).toBeLessThan(10)
})

test("/readyz needs the backends where the file says so", async () => {
  expect((await fetch(`${base}/readyz`)).status).toBe(200)
  await files.close()
  await expect
    .poll(async () => {
      const response = await fetch(`${base}/readyz`)
      return [response.status, await response.json()]
    })
    .toEqual([503, { status: "backend unavailable" }])
  expect((await fetch(`${base}/healthz`)).status).toBe(200)
})
