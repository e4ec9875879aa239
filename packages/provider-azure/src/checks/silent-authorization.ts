import { IdentityProviderError } from "@doorward/oauth-core"
import { upstreamFetch } from "@doorward/provider-oidc/upstream"
import { explainEntraRefusal } from "../entra-error.ts"
import type { CheckContext } from "./check.ts"

/** Redirects that are followed: Entra ID hands personal accounts to another host of its own. */
const mostHops = 5

/** What is answered where nothing is wrong but that nobody is signed in (OIDC Core §3.1.2.6). */
const nobodySignedIn: ReadonlySet<string | null> = new Set([
  "login_required",
  "interaction_required",
  "account_selection_required",
])

/**
 * Sends an authorization request with `prompt=none` (OIDC Core §3.1.2.1), without a browser.
 *
 * A client or redirect URI that is not registered is answered with a page; everything else by sending
 * the browser back with an error.
 *
 * @returns what Entra ID has against it, `undefined` if only that nobody is signed in.
 * @throws {IdentityProviderError} `unavailable` if it says neither.
 */
export async function objectionTo(
  scopes: readonly string[],
  context: CheckContext,
): Promise<IdentityProviderError | undefined> {
  const { client, redirectUri } = context
  const request = {
    state: "check",
    nonce: "check",
    codeVerifier: "check".repeat(9),
    redirectUri,
    scopes,
    hints: {},
  }
  const url = await client.authorizationUrl(request, scopes, { prompt: "none" })
  const answer = await followToAnswer(url.href, context)
  if ("page" in answer) return refusalOnPage(answer.page)
  const error = answer.parameters.get("error")
  if (error === null) throw nothingSaid
  if (nobodySignedIn.has(error)) return undefined
  const description = answer.parameters.get("error_description") ?? ""
  return explainEntraRefusal({ error, description, parameters: {} })
}

async function followToAnswer(
  start: string,
  { calls, redirectUri }: CheckContext,
): Promise<{ parameters: URLSearchParams } | { page: string }> {
  const target = new URL(redirectUri).href
  let url = start
  for (let hop = 0; hop <= mostHops; hop++) {
    const response = await upstreamFetch(url, { headers: { accept: "text/html" } }, calls)
    const header = response.headers.get("location")
    const location = header === null ? null : URL.parse(header, url)
    if (!location) return { page: await response.text() }
    if (location.href.split("?", 1)[0] === target) return { parameters: location.searchParams }
    url = location.href
  }
  throw nothingSaid
}

/** A page that names no error says nothing of the registration; it may be a sign-in page. */
function refusalOnPage(page: string): IdentityProviderError {
  const description = /\bAADSTS\d{4,9}\b[^<>"\\]{0,500}/.exec(page)?.[0]
  if (description === undefined) throw nothingSaid
  return explainEntraRefusal({ error: "page", description, parameters: {} })
}

const nothingSaid = new IdentityProviderError(
  "unavailable",
  "no_answer",
  "Entra ID's answer does not say.",
)
