import type { OptionName } from "@doorward/boundary"
import {
  IdentityProviderError,
  type UpstreamToken,
  type UpstreamTokens,
} from "@doorward/oauth-core"
import {
  refreshTokenOf,
  type UpstreamClient,
  type UpstreamTokenResponse,
} from "@doorward/upstream-client"
import { type EntraScope, entraScope, type ScopeRules } from "./scopes.ts"

export interface ResourceTokenOptions {
  client: UpstreamClient
  rules: ScopeRules
  /** Whether the API's token may be exchanged, which takes a confidential client that is the API itself. */
  onBehalfOf: boolean
  /** Every scope that the person agreed to at sign-in. */
  agreed: readonly EntraScope[]
  /** Refreshes the tokens of the sign-in itself. */
  renew(tokens: UpstreamTokens, signal: AbortSignal | undefined): Promise<UpstreamTokens>
  now: () => number
  /** What the operator calls an option. */
  optionName: OptionName
}

/** How long a token must still be valid to be handed out, in milliseconds. */
const margin = 60_000

const onBehalfOfGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

/** Gets tokens for other resources: On-Behalf-Of if there is a token of the API, otherwise by the refresh token. */
export function resourceTokens(options: ResourceTokenOptions) {
  const { client, rules, now } = options
  const fresh = (token: UpstreamToken) => token.expiresAt > now() + margin
  const classify = (scopes: readonly string[]) => scopes.map((scope) => entraScope(scope, rules))

  async function issue(
    tokens: UpstreamTokens,
    wanted: readonly EntraScope[],
    signal: AbortSignal | undefined,
  ) {
    const scope = wanted.map(({ spelling }) => spelling).join(" ")
    if (options.onBehalfOf && hasApiScope(classify(tokens.scopes))) {
      const current = fresh(tokens) ? tokens : await options.renew(tokens, signal)
      const assertion = current.accessToken
      const parameters = { assertion, scope, requested_token_use: "on_behalf_of" }
      const response = await client.grant(onBehalfOfGrant, parameters, signal)
      return { response, tokens: current }
    }
    const parameters = { scope: `${scope} offline_access` }
    const response = await client.refresh(refreshTokenOf(tokens), parameters, signal)
    const refreshToken = response.refreshToken ?? tokens.refreshToken
    return { response, tokens: refreshToken === undefined ? tokens : { ...tokens, refreshToken } }
  }

  return async function tokenFor(
    tokens: UpstreamTokens,
    scopes: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ token: UpstreamToken; tokens: UpstreamTokens }> {
    const wanted = classify(scopes)
    requireOneResource(wanted)
    if (covers(classify(tokens.scopes), wanted)) {
      const current = fresh(tokens) ? tokens : await options.renew(tokens, signal)
      const { accessToken, expiresAt, scopes: granted } = current
      return { token: { accessToken, expiresAt, scopes: granted }, tokens: current }
    }
    try {
      const issued = await issue(tokens, wanted, signal)
      return { token: tokenOf(issued.response, wanted), tokens: issued.tokens }
    } catch (error) {
      throw explainMissingConsent(error, wanted, options)
    }
  }
}

function tokenOf(response: UpstreamTokenResponse, wanted: readonly EntraScope[]): UpstreamToken {
  const scopes = response.scope?.split(" ").filter(Boolean)
  return {
    accessToken: response.accessToken,
    expiresAt: response.expiresAt,
    scopes: scopes ?? wanted.map(({ spelling }) => spelling),
  }
}

function hasApiScope(scopes: readonly EntraScope[]): boolean {
  return scopes.some(({ owner }) => owner === "api")
}

function covers(held: readonly EntraScope[], wanted: readonly EntraScope[]): boolean {
  const keys = new Set(held.map(keyOf))
  return wanted.every((scope) => keys.has(keyOf(scope)))
}

function keyOf({ owner, name, spelling }: EntraScope): string {
  return (owner === "other" ? spelling : `${owner} ${name}`).toLowerCase()
}

/** @throws {TypeError} if the scopes belong to several resources: a token is for one. */
function requireOneResource(wanted: readonly EntraScope[]): void {
  const resources = new Set(
    wanted.map(({ owner, spelling }) =>
      owner === "other" ? spelling.slice(0, spelling.lastIndexOf("/")) : owner,
    ),
  )
  if (resources.size !== 1) throw new TypeError("ask for scopes of one resource at a time")
}

/** Signing in again does not help with a permission that the sign-in never asks for. */
function explainMissingConsent(
  error: unknown,
  wanted: readonly EntraScope[],
  { agreed, optionName }: ResourceTokenOptions,
): unknown {
  if (!(error instanceof IdentityProviderError) || error.reason !== "AADSTS65001") return error
  if (covers(agreed, wanted)) return error
  const names = wanted.map(({ name }) => name).join(" ")
  return new IdentityProviderError(
    "operator",
    error.reason,
    `People are not asked for ${names} at sign-in. Add it to ${optionName("additionalScopes")}, or grant admin consent under App registrations > API permissions.`,
    { cause: error.cause },
  )
}
