import { createHash } from "node:crypto"
import { type HeadlessBrowser, headlessBrowser, type Page } from "@doorward/oauth-core/testing"
import type { Stack } from "./stack.ts"

export const redirectUri = "http://127.0.0.1:33420/callback"
export const verifier = "a-verifier-of-forty-three-characters-at-least"

/** A bare OAuth client, for requests that no well-made client would send. */
export async function registerClient(stack: Stack): Promise<string> {
  const response = await fetch(`${stack.server.url}/register`, {
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

export function authorizationUrl(stack: Stack, clientId: string): string {
  const url = new URL(`${stack.server.url}/authorize`)
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
export async function approve(stack: Stack, using = browser()): Promise<Page> {
  const clientId = await registerClient(stack)
  const consent = await using.open(authorizationUrl(stack, clientId))
  return consent.submit("approve")
}

export async function redeem(
  stack: Stack,
  clientId: string,
  code: string,
  more: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${stack.server.url}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...more,
    }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
