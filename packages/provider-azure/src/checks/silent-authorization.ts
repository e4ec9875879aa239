import type { OptionName } from "@doorward/boundary"
import { IdentityProviderError } from "@doorward/oauth-core"
import { upstreamFetch } from "@doorward/upstream-client"
import { explainEntraRefusal } from "../aadsts/entra-refusal.ts"
import type { CheckContext } from "./check.ts"

/** How many redirects are followed: Entra ID sends personal accounts to another host of its own. */
const mostHops = 5

/** The errors that only mean that nobody is signed in (OIDC Core §3.1.2.6). */
const nobodySignedIn: ReadonlySet<string | null> = new Set([
  "login_required",
  "interaction_required",
  "account_selection_required",
])

/**
 * Sends an authorization request with `prompt=none` (OIDC Core §3.1.2.1), without a browser.
 *
 * Entra ID answers with a page if the client or the redirect URI is not registered; otherwise it
 * redirects back with an error.
 *
 * @returns Entra ID's objection; `undefined` if its only one is that nobody is signed in.
 * @throws {IdentityProviderError} `unavailable` if the answer says neither.
 */
export async function objectionTo(
  scopes: readonly string[],
  context: CheckContext,
): Promise<IdentityProviderError | undefined> {
  const { client, redirectUri, settings } = context
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
  if ("page" in answer) return refusalOnPage(answer.page, settings.optionName)
  const error = answer.parameters.get("error")
  if (error === null) throw inconclusive()
  if (nobodySignedIn.has(error)) return undefined
  const description = answer.parameters.get("error_description") ?? ""
  return explainEntraRefusal({ error, description, parameters: {} }, settings.optionName)
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
  throw inconclusive()
}

/** A page without an error code says nothing about the registration; it may be a sign-in page. */
function refusalOnPage(page: string, name: OptionName): IdentityProviderError {
  const description = /\bAADSTS\d{4,9}\b[^<>"\\]{0,500}/.exec(page)?.[0]
  if (description === undefined) throw inconclusive()
  return explainEntraRefusal({ error: "page", description, parameters: {} }, name)
}

function inconclusive(): IdentityProviderError {
  return new IdentityProviderError("unavailable", "no_answer", "Entra ID's answer is inconclusive.")
}
