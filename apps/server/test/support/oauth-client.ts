import { createHash } from "node:crypto"
import { type HeadlessBrowser, headlessBrowser, type Page } from "@doorward/headless-browser"
import { signInAs } from "./person.ts"

export interface TokenAnswer {
  status: number
  retryAfter: string | null
  body: Record<string, unknown>
}

export const redirectUri = "http://127.0.0.1:33420/callback"
const verifier = "a-verifier-of-forty-three-characters-at-least"

/** Where a server is: a stack, or a cluster. */
export interface Served {
  server: { url: string }
}

/** A bare OAuth client, for requests that no well-made client would send. */
export async function registerClient(served: Served): Promise<string> {
  const response = await fetch(`${served.server.url}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: "Bare client",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
    }),
  })
  const { client_id } = (await response.json()) as { client_id: string }
  return client_id
}

export function authorizationUrl(served: Served, clientId: string): string {
  const url = new URL(`${served.server.url}/authorize`)
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    state: "the-state",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString()
  return url.href
}

export const browser = (): HeadlessBrowser => headlessBrowser({ stopAt: redirectUri })

/** Up to Entra's sign-in page, with the client approved. */
export async function approve(served: Served, using = browser()): Promise<Page> {
  const clientId = await registerClient(served)
  const consent = await using.open(authorizationUrl(served, clientId))
  return consent.submit("approve")
}

export async function redeem(
  served: Served,
  clientId: string,
  code: string,
  more: Record<string, string> = {},
): Promise<TokenAnswer> {
  return requestTokens(served, {
    grant_type: "authorization_code",
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...more,
  })
}

export const refresh = (
  served: Served,
  clientId: string,
  refreshToken: string,
): Promise<TokenAnswer> =>
  requestTokens(served, {
    grant_type: "refresh_token",
    client_id: clientId,
    refresh_token: refreshToken,
  })

async function requestTokens(
  { server }: Served,
  form: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const response = await fetch(`${server.url}/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  })
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    body: (await response.json().catch(() => ({}))) as Record<string, unknown>,
  }
}

/** What a client has after a sign-in. */
export interface SignedIn {
  clientId: string
  accessToken: string
  refreshToken: string
}

/** Registers a client and signs a person in through it. */
export async function signIn(
  served: Served,
  username = "alice@contoso.example",
): Promise<SignedIn> {
  const clientId = await registerClient(served)
  const back = await signInAs(username, authorizationUrl(served, clientId), redirectUri)
  const { status, body } = await redeem(served, clientId, back.searchParams.get("code") ?? "")
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`)
  return {
    clientId,
    accessToken: String(body.access_token),
    refreshToken: String(body.refresh_token),
  }
}

/** The status of an MCP request with an access token. */
export async function callMcp(url: string, accessToken: string): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${accessToken}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name: "bare", version: "1.0.0" },
      },
    }),
  })
  await response.body?.cancel()
  return response.status
}
