import { createHash } from "node:crypto"
import { defaultTenant, type EntraEmulator } from "@doorward/entra-emulator"
import { headlessBrowser } from "@doorward/headless-browser"
import type { OAuthProxy } from "@doorward/oauth-core"

/** Where the pre-registered client gets its codes. */
export const redirectUri = "http://127.0.0.1:7777/callback"
/** The pre-registered client. */
export const clientId = "bench"

const verifier = "a-verifier-of-forty-three-characters-at-least"

/** Signs a new person in through the client, with everything in this process. */
export async function signIn(
  { issuer, app }: OAuthProxy,
  emulator: EntraEmulator,
  username: string,
): Promise<{ access_token: string }> {
  const user = { id: crypto.randomUUID(), tenantId: defaultTenant.id, username, name: username }
  emulator.control({ action: "put-user", user })
  const fetch = async (request: Request) =>
    request.url.startsWith(issuer) ? app.fetch(request) : emulator.fetch(request)
  const url = new URL(`${issuer}/authorize`)
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString()
  const consent = await headlessBrowser({ fetch, stopAt: redirectUri }).open(url)
  const entra = await consent.submit("approve")
  let page = await entra.submit(undefined, { username })
  while (!page.stopped) page = await page.submit({ name: "decision", value: "accept" })
  const response = await app.request(`${issuer}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: clientId,
      code: page.url.searchParams.get("code") ?? "",
      code_verifier: verifier,
    }),
  })
  if (!response.ok) throw new Error(`no tokens: ${await response.text()}`)
  return response.json()
}
