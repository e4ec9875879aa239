import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { newClientSecret } from "@doorward/oauth-core"
import { freePort } from "@doorward/test-support/free-port"
import {
  ClientCredentialsProvider,
  PrivateKeyJwtProvider,
} from "@modelcontextprotocol/sdk/client/auth-extensions.js"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { exportJWK, exportPKCS8, generateKeyPair } from "jose"
import { expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { environmentFor } from "../support/stack.ts"

const { secret, hash } = await newClientSecret()
const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "ES256" }] }

const clients = [
  {
    clientId: "nightly-job",
    clientName: "Nightly job",
    clientSecretHash: hash,
    clientCredentials: {},
  },
  { clientId: "with-a-key", jwks, clientCredentials: {} },
]

/** Doorward in front of a server, with two clients that act for themselves and a rule about callers. */
async function started() {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const backend = await backendServer("list_issues", "delete_issue")
  onTestFinished(() => backend.close())
  const port = await freePort()
  const policy = { tools: { "delete_*": { callers: ["person"] } } }
  const backends = {
    mcp: { url: backend.url, policy },
    other: { url: backend.url },
  }
  const environment = { ...environmentFor(emulator.url, port, "."), DOORWARD_LOG_LEVEL: "info" }
  const file = stringify({ clients, backends })
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  await doorward.says(`localhost:${port}`)
  return `http://localhost:${port}/mcp`
}

/** What a client sees and may do that the rule keeps from deleting. */
async function expectToActForItself(client: Client) {
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["list_issues"])
  await expect(client.callTool({ name: "list_issues" })).resolves.toHaveProperty("content")
  await expect(client.callTool({ name: "delete_issue" })).rejects.toThrow()
}

test.each([
  [
    "a secret",
    () => new ClientCredentialsProvider({ clientId: "nightly-job", clientSecret: secret }),
  ],
  [
    "a key",
    async () =>
      new PrivateKeyJwtProvider({
        clientId: "with-a-key",
        privateKey: await exportPKCS8(privateKey),
        algorithm: "ES256",
      }),
  ],
])("SDK 1.x gets in by client credentials with %s", async (_, provider) => {
  const url = await started()
  const client = new Client({ name: "job", version: "1.0.0" })
  onTestFinished(() => client.close())
  const authProvider = await provider()
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }))
  await expectToActForItself(client)
})

test("mcp-remote --client-credentials gets in without a browser", async () => {
  const url = await started()
  const folder = mkdtempSync(join(tmpdir(), "doorward-mcp-remote-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = createRequire(import.meta.url).resolve("mcp-remote/dist/proxy.js")
  const information = { client_id: "nightly-job", client_secret: `\${JOB_SECRET}` }
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      program,
      url,
      "--allow-http",
      "--client-credentials",
      "--static-oauth-client-info",
      JSON.stringify(information),
    ],
    env: {
      PATH: process.env.PATH ?? "",
      BROWSER: "false",
      MCP_REMOTE_CONFIG_DIR: folder,
      JOB_SECRET: secret,
    },
    stderr: "pipe",
  })
  const client = new Client({ name: "stdio client", version: "1.0.0" })
  onTestFinished(() => client.close())
  await client.connect(transport)
  await expectToActForItself(client)
})
