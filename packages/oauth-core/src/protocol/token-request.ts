import { OAuthError } from "../ports/errors.ts"
import type { Parameters } from "./parameters.ts"
import { isCodeVerifier } from "./pkce.ts"

export interface CodeTokenRequest {
  grantType: "authorization_code"
  code: string
  codeVerifier: string
  redirectUri: string | undefined
  resources: readonly string[]
}

export interface RefreshTokenRequest {
  grantType: "refresh_token"
  refreshToken: string
  scope: string | undefined
  resources: readonly string[]
}

/**
 * Validates a token request (OAuth 2.1 §4.1.3 and §4.3).
 *
 * @throws {OAuthError} `invalid_request` or `unsupported_grant_type`
 */
export function parseTokenRequest(parameters: Parameters): CodeTokenRequest | RefreshTokenRequest {
  const resources = parameters.getAll("resource")
  const grantType = parameters.require("grant_type")
  if (grantType === "authorization_code") {
    const codeVerifier = parameters.require("code_verifier")
    if (!isCodeVerifier(codeVerifier)) {
      throw new OAuthError(
        "invalid_request",
        "malformed_request",
        "code_verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~.",
      )
    }
    return {
      grantType,
      code: parameters.require("code"),
      codeVerifier,
      redirectUri: parameters.get("redirect_uri"),
      resources,
    }
  }
  if (grantType === "refresh_token") {
    return {
      grantType,
      refreshToken: parameters.require("refresh_token"),
      scope: parameters.get("scope"),
      resources,
    }
  }
  throw new OAuthError(
    "unsupported_grant_type",
    "grant_type_unsupported",
    "grant_type must be authorization_code or refresh_token.",
  )
}
