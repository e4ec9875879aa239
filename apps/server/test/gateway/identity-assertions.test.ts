import { newClientSecret } from "@doorward/oauth-core"
import { freePort } from "@doorward/test-support/free-port"
import {
  Client,
  CrossAppAccessProvider,
  type CrossAppAccessProviderOptions,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client"
import { expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { signer } from "../processes/signer.ts"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { environmentFor } from "../support/stack.ts"

const issuer = "https://idp.example.org"
const idp = await signer("oauth-id-jag+jwt")
const { secret, hash } = await newClientSecret()

/** Doorward that trusts an organization's identity provider, with these settings. */
async function started(settings: object = {}) {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const backend = await backendServer("list_issues", "own")
  onTestFinished(() => backend.close())
  const port = await freePort()
  const policy = { tools: { own: { people: [`${issuer}#ada`] } } }
  const file = {
    clients: [{ clientId: "desk", clientName: "Desk", clientSecretHash: hash }],
    identityAssertionIssuers: [{ issuer, jwks: idp.jwks }],
    backends: { mcp: { url: backend.url, policy, identity: true } },
    ...settings,
  }
  const environment = { ...environmentFor(emulator.url, port, "."), DOORWARD_LOG_LEVEL: "info" }
  const doorward = await startDoorward([], environment, { "doorward.yaml": stringify(file) })
  await doorward.says(`localhost:${port}`)
  return { url: `http://localhost:${port}/mcp`, backend, doorward }
}

/** A client of the 2.x SDK whose identity provider signs an ID-JAG for this person. */
function clientOf(sub: string, url: string) {
  const options: CrossAppAccessProviderOptions = {
    clientId: "desk",
    clientSecret: secret,
    expectedIssuer: new URL(url).origin,
    assertion: ({ authorizationServerUrl, resourceUrl, scope }) =>
      idp.sign({
        iss: issuer,
        sub,
        email: `${sub}@example.org`,
        aud: new URL(authorizationServerUrl).href.replace(/\/$/, ""),
        client_id: "desk",
        resource: resourceUrl,
        scope,
      }),
  }
  const authProvider = new CrossAppAccessProvider(options)
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider })
  const client = new Client(
    { name: "desk", version: "1.0.0" },
    { versionNegotiation: { mode: "auto" } },
  )
  onTestFinished(() => client.close())
  return { client, connected: client.connect(transport) }
}

test("the SDK's client gets in by ID-JAG, and rules and the backend know whom it is about", async () => {
  const { url, backend } = await started()
  for (const [name, tools] of [
    ["ada", ["list_issues", "own"]],
    ["bea", ["list_issues"]],
  ] as const) {
    const { client, connected } = clientOf(name, url)
    await connected
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(tools)
    await client.callTool({ name: "list_issues" })
    const received = backend.received.at(-1)
    expect(received?.get("x-doorward-email")).toBe(`${name}@example.org`)
    expect(received?.get("x-doorward-client")).toBe("desk")
  }
})

test("signIn decides about these people too, and the log says by which rule", async () => {
  const { url, doorward } = await started({ signIn: { people: [`${issuer}#ada`] } })
  await expect(clientOf("ada", url).connected).resolves.toBeUndefined()
  await expect(clientOf("bea", url).connected).rejects.toThrow()
  await doorward.says("sign_in_refused")
})
