import { EntraError } from "../aadsts/entra-error.ts"
import { resolveClient } from "../directory/client.ts"
import { tenantOf } from "../directory/directory.ts"
import { matchRedirectUri } from "../directory/redirect-uri.ts"
import { checkResourceParameter } from "../directory/resource-parameter.ts"
import { parseScopes } from "../directory/scopes.ts"
import type { Emulation } from "../state/emulation.ts"
import {
  type AuthorizationRequest,
  prompts,
  type RedirectTarget,
  responseModes,
} from "../state/transaction.ts"
import { parseClaimsRequest } from "./claims-request.ts"
import { RedirectedError } from "./redirection.ts"

/**
 * Reads and checks an authorization request (OAuth 2.0 §4.1.1, OIDC Core §3.1.2.1).
 *
 * @param segment the path's tenant.
 * @throws {EntraError} for a bad tenant, client or redirect URI, which is shown as a page.
 * @throws {RedirectedError} for anything else, which is sent to the application.
 */
export function parseAuthorizationRequest(
  emulation: Emulation,
  segment: string,
  parameters: URLSearchParams,
): AuthorizationRequest {
  const text = (name: string) => parameters.get(name) || undefined
  const authority = emulation.directory.authority(segment)
  const client = resolveClient(emulation.directory, authority, text("client_id"))
  const redirectUri = text("redirect_uri")
  const { platform } = matchRedirectUri(client, redirectUri)
  const responseMode = oneOf(responseModes, text("response_mode") ?? "query")
  const target: RedirectTarget = {
    redirectUri: redirectUri ?? "",
    responseMode: responseMode ?? "query",
    state: text("state"),
  }
  try {
    if (!responseMode) throw new EntraError(90023, { parameter: "response_mode" })
    checkResponseType(text("response_type"))
    const scope = text("scope")
    if (scope === undefined) throw new EntraError(900144, { parameter: "scope" })
    const requested = parseScopes(scope, client, tenantOf(authority), emulation.directory)
    checkResourceParameter(
      emulation.directory,
      emulation.resourceParameter,
      text("resource"),
      requested,
    )
    const loginHint = text("login_hint")
    return {
      authority,
      client,
      platform,
      target,
      scope,
      prompt: parsePrompt(text("prompt"), loginHint),
      loginHint,
      domainHint: text("domain_hint"),
      nonce: text("nonce"),
      challenge: parseChallenge(text("code_challenge"), text("code_challenge_method")),
      claims: parseClaimsRequest(text("claims")),
      clientInfo: text("client_info") === "1",
    }
  } catch (error) {
    throw error instanceof EntraError ? new RedirectedError(error, target) : error
  }
}

function checkResponseType(responseType: string | undefined): void {
  if (responseType === undefined) throw new EntraError(900144, { parameter: "response_type" })
  if (responseType === "code") return
  const types = responseType.split(" ")
  if (types.includes("token")) throw new EntraError(700051)
  if (types.includes("id_token")) throw new EntraError(700054)
  throw new EntraError(70005, { responseType })
}

function parsePrompt(
  text: string | undefined,
  loginHint: string | undefined,
): AuthorizationRequest["prompt"] {
  if (text === undefined) return undefined
  const prompt = oneOf(prompts, text)
  if (!prompt) throw new EntraError(90023, { parameter: "prompt" })
  if (prompt === "select_account" && loginHint !== undefined) throw new EntraError(90005)
  return prompt
}

/** Without a method, the challenge is plain (RFC 7636 §4.3). */
function parseChallenge(
  value: string | undefined,
  methodName: string | undefined,
): AuthorizationRequest["challenge"] {
  if (value === undefined) return undefined
  const method = oneOf(["plain", "S256"] as const, methodName ?? "plain")
  if (!method) throw new EntraError(90023, { parameter: "code_challenge_method" })
  if (value.length < 43 || value.length > 128) throw new EntraError(501491)
  return { value, method }
}

function oneOf<const Value extends string>(
  values: readonly Value[],
  text: string,
): Value | undefined {
  return values.find((value) => value === text)
}
