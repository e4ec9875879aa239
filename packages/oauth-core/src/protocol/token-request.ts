import { OAuthError } from "../ports/errors.ts"
import { type GrantType, grantTypes } from "./grant-type.ts"
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

export interface ClientCredentialsTokenRequest {
  grantType: "client_credentials"
  scope: string | undefined
  resources: readonly string[]
}

export type TokenRequest = CodeTokenRequest | RefreshTokenRequest | ClientCredentialsTokenRequest

/**
 * Validates a token request (OAuth 2.1 §4.1.3, §4.2 and §4.3).
 *
 * @param supported the grant types that this server takes.
 * @throws {OAuthError} `invalid_request` or `unsupported_grant_type`
 */
export function parseTokenRequest(
  parameters: Parameters,
  supported: readonly GrantType[],
): TokenRequest {
  const given = parameters.require("grant_type")
  const grantType = grantTypes.find((type) => type === given && supported.includes(type))
  if (grantType !== undefined) return parsers[grantType](parameters, parameters.getAll("resource"))
  throw new OAuthError(
    "unsupported_grant_type",
    "grant_type_unsupported",
    `grant_type must be ${supported.join(" or ")}.`,
  )
}

const parsers = {
  authorization_code(parameters, resources) {
    const codeVerifier = parameters.require("code_verifier")
    if (!isCodeVerifier(codeVerifier)) {
      throw new OAuthError(
        "invalid_request",
        "malformed_request",
        "code_verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~.",
      )
    }
    return {
      grantType: "authorization_code",
      code: parameters.require("code"),
      codeVerifier,
      redirectUri: parameters.get("redirect_uri"),
      resources,
    }
  },
  refresh_token: (parameters, resources) => ({
    grantType: "refresh_token",
    refreshToken: parameters.require("refresh_token"),
    scope: parameters.get("scope"),
    resources,
  }),
  client_credentials: (parameters, resources) => ({
    grantType: "client_credentials",
    scope: parameters.get("scope"),
    resources,
  }),
} satisfies Record<
  GrantType,
  (parameters: Parameters, resources: readonly string[]) => TokenRequest
>
