import { freePort } from "@doorward/test-support/free-port"
import {
  Client,
  DpopSession,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client"
import { decodeJwt } from "jose"
import { describe, expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { MemoryOAuthClient, redirectUri } from "../support/memory-oauth-client.ts"
import { signInAs } from "../support/person.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { signedInSdk1 } from "../support/signed-in-client.ts"
import { environmentFor } from "../support/stack.ts"

interface Tokens {
  access_token: string
  token_type: string
}

/** The provider of a client of the 2.x SDK that has a key. */
class ProvingOAuthClient extends MemoryOAuthClient {
  readonly session = DpopSession.create()
  dpop = () => this.session
  get current(): Tokens {
    return this.saved.tokens as unknown as Tokens
  }
}

async function started(dpop: "optional" | "required") {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const backend = await backendServer("list_issues")
  onTestFinished(() => backend.close())
  const port = await freePort()
  const file = stringify({ dpop, backends: { mcp: { url: backend.url } } })
  const environment = { ...environmentFor(emulator.url, port, "."), DOORWARD_LOG_LEVEL: "info" }
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  await doorward.says(`localhost:${port}`)
  return { url: new URL(`http://localhost:${port}/mcp`), backend }
}

async function signedInProving(url: URL) {
  const provider = new ProvingOAuthClient()
  const authProvider: OAuthClientProvider = provider as never
  const open = () => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider })
    const client = new Client({ name: "prover", version: "1.0.0" })
    return { client, transport, connected: client.connect(transport) }
  }
  const first = open()
  await first.connected.catch(() => undefined)
  const back = await signInAs("alice@contoso.example", provider.authorizationUrl ?? "", redirectUri)
  await first.transport.finishAuth(back.searchParams)
  const { client, connected } = open()
  await connected
  onTestFinished(() => client.close())
  return { client, provider }
}

describe.each(["optional", "required"] as const)(
  "the SDK's client with a key, where keys are %s",
  (dpop) => {
    test("signs in, calls through the gateway, and leaves no token that works without its key", async () => {
      const { url, backend } = await started(dpop)
      const { client, provider } = await signedInProving(url)
      const { content } = await client.callTool({ name: "list_issues" })
      expect(content).toEqual([{ type: "text", text: "list_issues was called" }])
      const { access_token, token_type } = provider.current
      expect(token_type).toBe("DPoP")
      expect(decodeJwt(access_token).cnf).toEqual({ jkt: expect.any(String) })
      // Neither the token nor the proof reaches the backend.
      for (const headers of backend.received) {
        expect(headers.get("dpop")).toBeNull()
        expect(headers.get("authorization")).toBeNull()
      }
      const stolen = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${access_token}` },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
      })
      expect(stolen.status).toBe(401)
      expect(stolen.headers.get("www-authenticate")).toContain("invalid_token")
    })
  },
)

test("a client without keys gets in where they are optional, and is told why where they are not", async () => {
  const open = await started("optional")
  const { client } = await signedInSdk1(open.url.href)
  expect((await client.listTools()).tools).toHaveLength(1)
  await client.close()
  const strict = await started("required")
  await expect(signedInSdk1(strict.url.href)).rejects.toThrow(/DPoP proof/)
})
