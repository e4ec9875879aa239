import { OAuthError } from "../ports/errors.ts"
import { matchesDigest } from "../tokens/digest.ts"
import type { Parameters } from "./parameters.ts"

const s256Challenge = /^[A-Za-z0-9_-]{43}$/
const verifierSyntax = /^[A-Za-z0-9._~-]{43,128}$/

/**
 * Reads the S256 challenge of an authorization request (RFC 7636 §4.3). PKCE is mandatory, and because
 * an absent method means `plain`, the request must name S256 (OAuth 2.1 §4.1.1).
 *
 * @throws {OAuthError} `invalid_request`
 */
export function readCodeChallenge(parameters: Parameters): string {
  const challenge = parameters.get("code_challenge")
  if (challenge === undefined) {
    throw new OAuthError(
      "invalid_request",
      "pkce_missing",
      "PKCE is required: send code_challenge and code_challenge_method=S256.",
    )
  }
  if (parameters.get("code_challenge_method") !== "S256") {
    throw new OAuthError(
      "invalid_request",
      "pkce_method_unsupported",
      "code_challenge_method must be S256.",
    )
  }
  if (!s256Challenge.test(challenge)) {
    throw new OAuthError(
      "invalid_request",
      "malformed_request",
      "code_challenge must be the base64url of a SHA-256 digest: 43 characters.",
    )
  }
  return challenge
}

/** Whether the text has the form of a code verifier (RFC 7636 §4.1). */
export const isCodeVerifier = (text: string): boolean => verifierSyntax.test(text)

/** Whether a verifier matches an S256 challenge (RFC 7636 §4.6). */
export const codeVerifierMatches = (verifier: string, challenge: string): Promise<boolean> =>
  matchesDigest(verifier, challenge)
