import * as sdk2 from "@modelcontextprotocol/client"
import { Client, type ClientOptions } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { memoryOAuthClient, redirectUri } from "./memory-oauth-client.ts"
import { signInAs } from "./person.ts"

const alice = "alice@contoso.example"

export interface SignedInSdk1 {
  client: Client
  transport: StreamableHTTPClientTransport
  accessToken: string
}

/** Signs a person in through a client of the 1.x SDK, and connects it. */
export async function signedInSdk1(
  url: string,
  options: ClientOptions = {},
  prepare: (client: Client) => void = () => undefined,
  username = alice,
): Promise<SignedInSdk1> {
  const authProvider = memoryOAuthClient()
  const open = () => {
    const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider })
    const client = new Client({ name: "sdk1", version: "1.0.0" }, options)
    prepare(client)
    return { client, transport, connected: client.connect(transport as never) }
  }
  const first = open()
  await first.connected.catch(() => undefined)
  const back = await signInAs(username, authProvider.authorizationUrl ?? "", redirectUri)
  await first.transport.finishAuth(back.searchParams.get("code") ?? "")
  const { client, transport, connected } = open()
  await connected
  const { access_token: accessToken } = (authProvider.tokens() ?? {}) as { access_token: string }
  return { client, transport, accessToken }
}

/** The same with the 2.x SDK, which finds out what the server speaks. */
export async function signedInSdk2(url: string, username = alice): Promise<sdk2.Client> {
  const authProvider = memoryOAuthClient()
  const open = () => {
    const transport = new sdk2.StreamableHTTPClientTransport(new URL(url), { authProvider })
    const client = new sdk2.Client(
      { name: "sdk2", version: "1.0.0" },
      { versionNegotiation: { mode: "auto" } },
    )
    return { client, transport, connected: client.connect(transport) }
  }
  const first = open()
  await first.connected.catch(() => undefined)
  const back = await signInAs(username, authProvider.authorizationUrl ?? "", redirectUri)
  await first.transport.finishAuth(back.searchParams)
  const { client, connected } = open()
  await connected
  return client
}
