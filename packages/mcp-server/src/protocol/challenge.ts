import type { TokenScheme } from "./token-credentials.ts"

/** A `WWW-Authenticate` challenge (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1). */
export interface Challenge {
  /** How the token was sent that was refused. Default: `Bearer`. */
  scheme?: TokenScheme
  /** Absent if the request carried no credentials. */
  error?:
    | "invalid_request"
    | "invalid_token"
    | "insufficient_scope"
    | "insufficient_claims"
    | DpopErrorCode
  description?: string
  /** What the client should ask for. */
  scopes?: readonly string[]
  resourceMetadataUrl: string
  /** A claims request as JSON text; it is sent in base64, as Entra ID's clients expect it. */
  claims?: string
}

type DpopErrorCode = "invalid_dpop_proof" | "use_dpop_nonce"

/** What a challenge says about DPoP, where it is on. */
export interface DpopTerms {
  /** Whether a token must be bound to a key. */
  required: boolean
  /** How a proof may be signed. */
  algorithms: readonly string[]
}

/**
 * The value of the header. Characters that a parameter can't have are replaced, so no text can end its quotes
 * early.
 *
 * @param dpop where DPoP is on: it is then named beside `Bearer`, or in its place.
 */
export function formatChallenge(challenge: Challenge, dpop?: DpopTerms): string {
  const parameters = parametersOf(challenge)
  if (!dpop) return `Bearer ${parameters.join(", ")}`
  const algs = `algs=${quoted(dpop.algorithms.join(" "))}`
  if (dpop.required || challenge.scheme === "DPoP")
    return `DPoP ${[...parameters, algs].join(", ")}`
  return `Bearer ${parameters.join(", ")}, DPoP ${algs}`
}

function parametersOf(challenge: Challenge): readonly string[] {
  const { error, description, scopes, resourceMetadataUrl, claims } = challenge
  const parameters: string[] = []
  if (error) parameters.push(`error=${quoted(error)}`)
  if (description) parameters.push(`error_description=${quoted(describable(description))}`)
  if (scopes?.length) parameters.push(`scope=${quoted(scopes.join(" "))}`)
  parameters.push(`resource_metadata=${quoted(resourceMetadataUrl)}`)
  if (claims) parameters.push(`claims=${quoted(base64(claims))}`)
  return parameters
}

/** A quoted-string (RFC 9110 §5.6.4). */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&")}"`
}

/** The characters that RFC 6750 §3 allows in an `error_description`: no quotes, no backslashes. */
function describable(text: string): string {
  return text.replaceAll('"', "'").replaceAll("\\", "/")
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
