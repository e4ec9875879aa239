import type { IdentityProviderError } from "@doorward/oauth-core"
import { upstreamFetch } from "@doorward/provider-oidc/upstream"
import { explainEntraRefusal } from "../entra-error.ts"
import type { CheckContext } from "./check.ts"

/**
 * Sends an authorization request with `prompt=none` (OIDC Core §3.1.2.1), without a browser.
 *
 * A client or redirect URI that is not registered is answered with a page; everything else by sending
 * the browser back with an error, which is `login_required` where nothing is wrong.
 *
 * @returns what Entra ID has against it, `undefined` if only that nobody is signed in.
 */
export async function objectionTo(
  scopes: readonly string[],
  { client, calls, redirectUri }: CheckContext,
): Promise<IdentityProviderError | undefined> {
  const request = {
    state: "check",
    nonce: "check",
    codeVerifier: "check".repeat(9),
    redirectUri,
    scopes,
    hints: {},
  }
  const url = await client.authorizationUrl(request, scopes, { prompt: "none" })
  const response = await upstreamFetch(url.href, { headers: { accept: "text/html" } }, calls)
  const location = response.headers.get("location") ?? ""
  const answer = location.startsWith(redirectUri) ? new URL(location).searchParams : undefined
  const error = answer?.get("error") ?? "page"
  if (error === "login_required" || error === "interaction_required") return undefined
  return explainEntraRefusal({
    error,
    description: answer?.get("error_description") ?? textOf(await response.text()),
    parameters: {},
    status: response.status,
  })
}

function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")
}
