import type { Page } from "@doorward/headless-browser"
import {
  authorizationUrl,
  browser,
  redeem,
  refresh,
  registerClient,
  type TokenAnswer,
} from "./oauth-client.ts"
import type { World } from "./world.ts"

/** The result of a tool call, as an MCP client sees it. */
export interface ToolAnswer {
  status: number
  /** The parameters of the challenge, if the request was refused with one. */
  challenge: Readonly<Record<string, string>>
  /** What the tool said. */
  text: string
  isError: boolean
}

/** An MCP client that has registered itself. */
export interface McpClient {
  clientId: string
  /** From /authorize, with the consent page approved, to Entra ID's first page or back. */
  toEntra(parameters?: Readonly<Record<string, string>>): Promise<Page>
  /** @throws if the code gives no tokens. */
  redeem(code: string): Promise<Tokens>
  /** The whole sign-in. @throws if it gives no tokens. */
  signIn(username?: string, parameters?: Readonly<Record<string, string>>): Promise<Tokens>
  refresh(tokens: Tokens): Promise<TokenAnswer>
  /** Calls `graph_me` unless `name` says otherwise, in the newest revision of MCP. */
  callTool(tokens: Tokens, name?: string, era?: Era): Promise<ToolAnswer>
}

/** The revision of MCP: the older answers with a stream, the newer with JSON where it can. */
export type Era = "2025-11-25" | "2026-07-28"

export interface Tokens {
  accessToken: string
  refreshToken: string
}

export const bob = "bob@contoso.example"

export async function mcpClient(world: World): Promise<McpClient> {
  const clientId = await registerClient(world)

  async function toEntra(parameters: Readonly<Record<string, string>> = {}): Promise<Page> {
    const url = new URL(authorizationUrl(world, clientId))
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const consent = await browser().open(url)
    return consent.stopped ? consent : consent.submit("approve")
  }

  async function tokensFor(code: string): Promise<Tokens> {
    const { body } = await redeem(world, clientId, code)
    if (typeof body.access_token !== "string") throw new Error(`no tokens: ${JSON.stringify(body)}`)
    return { accessToken: body.access_token, refreshToken: String(body.refresh_token) }
  }

  return {
    clientId,
    toEntra,
    redeem: tokensFor,
    async signIn(username = bob, parameters) {
      const back = await throughPages(await toEntra(parameters), username)
      return tokensFor(back.url.searchParams.get("code") ?? "")
    },
    refresh: ({ refreshToken }) => refresh(world, clientId, refreshToken),
    callTool: ({ accessToken }, name = "graph_me", era = "2026-07-28") =>
      callTool(world.mcpUrl, accessToken, name, era),
  }
}

/** Signs in and agrees to everything, until the browser is sent back or a page refuses. */
export async function throughPages(start: Page, username: string): Promise<Page> {
  let page = start
  while (!page.stopped) {
    const offers = (name: string) => page.text.includes(`name="${name}"`)
    if (offers("username")) page = await page.submit("Next", { username })
    else if (page.text.includes('value="accept"')) page = await page.submit("accept")
    else return page
    if (page.text.includes('role="alert"') && offers("username")) return page
  }
  return page
}

async function callTool(
  url: string,
  accessToken: string,
  name: string,
  era: Era,
): Promise<ToolAnswer> {
  const modern = era === "2026-07-28"
  const meta = {
    "io.modelcontextprotocol/protocolVersion": era,
    "io.modelcontextprotocol/clientInfo": { name: "bare", version: "1.0.0" },
    "io.modelcontextprotocol/clientCapabilities": {},
  }
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${accessToken}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": era,
      ...(modern && { "mcp-method": "tools/call", "mcp-name": name }),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, arguments: {}, ...(modern && { _meta: meta }) },
    }),
  })
  const header = response.headers.get("www-authenticate") ?? ""
  const pairs = [...header.matchAll(/(\w+)="([^"]*)"/g)]
  const { result } = messageOf(await response.text())
  return {
    status: response.status,
    challenge: Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, value])),
    text: result?.content?.[0]?.text ?? "",
    isError: result?.isError === true,
  }
}

interface ToolMessage {
  result?: { isError?: boolean; content?: { text?: string }[] }
}

/** A JSON-RPC message, plain or as the only event of a stream. */
function messageOf(text: string): ToolMessage {
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? text
  return JSON.parse(data) as ToolMessage
}
