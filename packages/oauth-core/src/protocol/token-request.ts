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

export interface AssertionTokenRequest {
  grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer"
  assertion: string
  scope: string | undefined
  resources: readonly string[]
}

export interface ExchangeTokenRequest {
  grantType: "urn:ietf:params:oauth:grant-type:token-exchange"
  subjectToken: string
  subjectTokenType: SubjectTokenType
  scope: string | undefined
  resources: readonly string[]
}

export interface DeviceTokenRequest {
  grantType: "urn:ietf:params:oauth:grant-type:device_code"
  deviceCode: string
  resources: readonly string[]
}

const subjectTokenTypes = {
  "urn:ietf:params:oauth:token-type:access_token": "access_token",
  "urn:ietf:params:oauth:token-type:jwt": "jwt",
} as const
/** What can be exchanged: an access token of this server, or one of its identity assertions. */
export type SubjectTokenType = (typeof subjectTokenTypes)[keyof typeof subjectTokenTypes]

export type TokenRequest =
  | CodeTokenRequest
  | RefreshTokenRequest
  | ClientCredentialsTokenRequest
  | AssertionTokenRequest
  | ExchangeTokenRequest
  | DeviceTokenRequest

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
      throw malformed("code_verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~.")
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
  "urn:ietf:params:oauth:grant-type:jwt-bearer": (parameters, resources) => ({
    grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: parameters.require("assertion"),
    scope: parameters.get("scope"),
    resources,
  }),
  "urn:ietf:params:oauth:grant-type:device_code": (parameters, resources) => ({
    grantType: "urn:ietf:params:oauth:grant-type:device_code",
    deviceCode: parameters.require("device_code"),
    resources,
  }),
  "urn:ietf:params:oauth:grant-type:token-exchange"(parameters, resources) {
    const wanted = parameters.get("requested_token_type")
    if (wanted !== undefined && wanted !== "urn:ietf:params:oauth:token-type:access_token") {
      throw malformed("requested_token_type must be urn:ietf:params:oauth:token-type:access_token.")
    }
    if (parameters.get("actor_token") !== undefined) {
      throw malformed("actor_token is not supported: whoever asks is the actor.")
    }
    const given = parameters.require("subject_token_type")
    const [, subjectTokenType] =
      Object.entries(subjectTokenTypes).find(([type]) => type === given) ?? []
    if (subjectTokenType === undefined) {
      throw malformed(`subject_token_type must be ${Object.keys(subjectTokenTypes).join(" or ")}.`)
    }
    return {
      grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
      subjectToken: parameters.require("subject_token"),
      subjectTokenType,
      scope: parameters.get("scope"),
      // `audience` names the same servers here (RFC 8693 §2.1).
      resources: [...resources, ...parameters.getAll("audience")],
    }
  },
} satisfies Record<
  GrantType,
  (parameters: Parameters, resources: readonly string[]) => TokenRequest
>

const malformed = (description: string) =>
  new OAuthError("invalid_request", "malformed_request", description)
