import { IdentityProviderError } from "@doorward/oauth-core"

/**
 * Reads the claims challenge in an API's answer. Microsoft Graph sends one if a policy requires more than
 * the token shows, or if the sign-in was revoked (Conditional Access, continuous access evaluation).
 * A tool passes it to `requireClaims` of its caller, and the MCP client is asked to sign in again.
 *
 * @returns `undefined` if the answer carries no challenge.
 * @example
 * const challenge = claimsChallenge(await fetch("https://graph.microsoft.com/v1.0/me", { headers }))
 * if (challenge) await caller.requireClaims(challenge)
 */
export function claimsChallenge(response: Response): IdentityProviderError | undefined {
  if (response.status !== 401) return undefined
  const header = response.headers.get("www-authenticate") ?? ""
  if (!/\berror="insufficient_claims"/i.test(header)) return undefined
  const encoded = /\bclaims="([A-Za-z0-9+/_=-]{1,8192})"/i.exec(header)?.[1]
  const claims = encoded === undefined ? undefined : jsonOf(encoded)
  if (claims === undefined) return undefined
  return new IdentityProviderError(
    "interaction_required",
    "insufficient_claims",
    "The API requires another step. Sign in again.",
    { claims },
  )
}

function jsonOf(encoded: string): string | undefined {
  try {
    const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"))
    const text = new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    )
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? text : undefined
  } catch {
    return undefined
  }
}
