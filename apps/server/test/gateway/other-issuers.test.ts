import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { defaultApp, defaultApps, defaultTenant } from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { expect, onTestFinished, test } from "vitest"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { signIn } from "../support/oauth-client.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { environmentFor } from "../support/stack.ts"

const daemon = "7b6d2c1e-3d04-4b7c-9a55-1f0b6f0f2a11"
const agent = "0c8b4a32-5d5e-4a2c-8a59-6f1b1f0c7d22"
const blueprint = "30cf4c22-9985-4ef7-8756-91cc888176bd"
const program = (clientId: string, role: string) => ({
  clientId,
  name: "A program",
  tenantId: defaultTenant.id,
  secrets: ["the program's secret"],
  applicationPermissions: { [defaultApp.clientId]: [role] },
})
const apps = [
  ...defaultApps,
  program(daemon, "Tools.Reader"),
  { ...program(agent, "Tools.Admin"), agentBlueprintId: blueprint },
]

/** Another authorization server, with its metadata and keys. */
async function partner() {
  const { privateKey, publicKey } = await generateKeyPair("ES256")
  const keys = [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }]
  const server = createServer((request, response) => {
    const document = request.url?.includes("well-known")
      ? { issuer, jwks_uri: `${issuer}/jwks` }
      : { keys }
    response.setHeader("content-type", "application/json").end(JSON.stringify(document))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const token = (audience: string, claims: Record<string, unknown> = {}) =>
    new SignJWT({ sub: "alice", client_id: "c-1", ...claims })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "k1" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey)
  return { issuer, token }
}

async function started(alsoAccept: string, policy: string) {
  const emulator = await serveEmulator({ apps })
  onTestFinished(() => emulator.close())
  const backend = await backendServer("open", "ruled")
  onTestFinished(() => backend.close())
  const port = await freePort()
  const file = `backends:\n  mcp:\n    url: ${backend.url}\n    identity: { headers: true }\n${alsoAccept}${policy}`
  const environment = { ...environmentFor(emulator.url, port, "."), DOORWARD_LOG_LEVEL: "info" }
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  await doorward.says(`localhost:${port}`)
  const url = `http://localhost:${port}/mcp`

  async function appToken(clientId: string): Promise<string> {
    const response = await fetch(`${emulator.url}/${defaultTenant.id}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: "the program's secret",
        scope: `api://${defaultApp.clientId}/.default`,
      }),
    })
    const { access_token } = (await response.json()) as { access_token: string }
    return access_token
  }
  async function call(token: string, name: string): Promise<number> {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name } }),
    })
    await response.body?.cancel()
    return response.status
  }
  const person = async () =>
    (await signIn({ server: { url: new URL(url).origin } }, "alice@contoso.example")).accessToken
  return { url, call, appToken, person, backend, doorward }
}

test("applications and agents of Entra ID come with tokens of their own, and rules know them", async () => {
  const server = await started(
    "    alsoAccept: { entra: [app, agent] }\n",
    `    policy:\n      tools:\n        ruled: { clients: [${blueprint}], roles: [Tools.Admin] }\n`,
  )
  const app = await server.appToken(daemon)
  expect([await server.call(app, "open"), await server.call(app, "ruled")]).toEqual([200, 403])
  const ofAgent = await server.appToken(agent)
  expect([await server.call(ofAgent, "open"), await server.call(ofAgent, "ruled")]).toEqual([
    200, 200,
  ])
  expect(await server.call(await server.person(), "open")).toBe(200)
  const [first] = server.backend.received
  expect(first?.get("x-doorward-roles")).toBe("Tools.Reader")
  expect(first?.get("x-doorward-client")).toBe(daemon)
  expect(first?.get("x-doorward-tenant")).toBe(defaultTenant.id)
  expect(first?.get("authorization")).toBeNull()
})

test("they are refused where the file does not name them", async () => {
  const server = await started("    alsoAccept: { entra: agent }\n", "")
  expect(await server.call(await server.appToken(daemon), "open")).toBe(401)
  expect(await server.call(await server.appToken(agent), "open")).toBe(200)
  const closed = await started("", "")
  expect(await closed.call(await closed.appToken(agent), "open")).toBe(401)
})

test("another authorization server's people are nobody of this one's", async () => {
  const { issuer, token } = await partner()
  const server = await started(
    `    alsoAccept:\n      issuers:\n        - issuer: ${issuer}\n`,
    `    policy:\n      tools:\n        ruled: { roles: [Tools.Admin, "${issuer}#Operator"] }\n`,
  )
  const claims = { roles: ["Tools.Admin"], email: "alice@contoso.example", tid: defaultTenant.id }
  const impostor = await token(server.url, claims)
  expect([await server.call(impostor, "open"), await server.call(impostor, "ruled")]).toEqual([
    200, 403,
  ])
  expect(await server.call(await token(server.url, { roles: ["Operator"] }), "ruled")).toBe(200)
  expect(await server.call(await token("https://elsewhere.example"), "open")).toBe(401)
  const [first] = server.backend.received
  const name = (value: string) => first?.get(`x-doorward-${value}`)
  expect(name("subject")).toBe(`${issuer}#alice`)
  expect(name("roles")).toBe(`${issuer}#Tools.Admin`)
  expect(name("client")).toBe(`${issuer}#c-1`)
  expect([name("email"), name("tenant")]).toEqual([null, null])
})

test("what the file cannot mean is named with its line", async () => {
  const file = `backends:
  mcp:
    url: http://127.0.0.1:1/mcp
    alsoAccept:
      issuers:
        - issuer: https://partner.example
          algorithms: [HS256]
`
  const environment = environmentFor("http://127.0.0.1:1", await freePort(), ".")
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  expect(await doorward.exit).toBe(1)
  expect(doorward.output()).toContain(
    "doorward.yaml:7: backends.mcp.alsoAccept.issuers.0.algorithms.0",
  )
})
