import type { OptionFields } from "@doorward/boundary"
import { despiteOtherProblems, readOptions } from "@doorward/boundary"
import { TokenError, type TokenVerifier, type VerifiedToken } from "@doorward/jwt-verifier"
import { type IdentifiedToken, IdentityProviderError, type Principal } from "@doorward/oauth-core"
import { keptOnSuccess, scopeToken } from "@doorward/upstream-client"
import { z } from "zod"
import { issuerOf } from "./authority.ts"
import type { EntraCalls } from "./entra-calls.ts"
import { entraJwtVerifier } from "./entra-jwt-verifier.ts"
import { principalOf } from "./principal.ts"
import {
  checkTenants,
  type RegistrationOptions,
  registrationFields,
  registrationOf,
} from "./registration-options.ts"
import { resolveTenant } from "./tenant-discovery.ts"
import { tenantPolicy } from "./tenants.ts"
import { otherVersion } from "./token-refusal.ts"

/** Options of {@link entraTokenVerifier}. */
export interface EntraTokenVerifierOptions extends RegistrationOptions {
  /**
   * The scopes of the API that a person's token must have, all of them, by their names without prefix.
   * Default: none.
   */
  requireScopes?: readonly string[] | undefined
  /**
   * Who may call: people, who need a scope; applications on their own behalf, which need an app role; or
   * agents of Entra Agent ID, on their own behalf or with a user account of their own. Default:
   * `["person"]`.
   */
  callers?: readonly Principal["type"][] | undefined
}

const schema = z
  .strictObject({
    requireScopes: z.array(scopeToken).default([]),
    callers: z
      .array(z.enum(["person", "app", "agent"]))
      .min(1)
      .default(["person"]),
    ...registrationFields,
  } satisfies OptionFields<EntraTokenVerifierOptions>)
  .superRefine(checkTenants, despiteOtherProblems)

/** Verifies tokens that clients obtained from Entra ID themselves, and has what the metadata must contain. */
export interface EntraTokenVerifier extends TokenVerifier {
  /** For `authorization_servers` (RFC 9728 §2). */
  readonly authorizationServers: readonly string[]
  /** The required scopes, spelled as a client asks Entra ID for them, for `scopes_supported` and challenges. */
  readonly scopes: readonly string[]
  /**
   * Verifies a token, and says who is behind it.
   *
   * @throws {TokenError} with the reason, if the token is refused or could not be checked.
   */
  verify(token: string): Promise<IdentifiedToken>
}

/**
 * Makes a verifier for an MCP server whose clients are registered with Entra ID and get their tokens
 * there, without a proxy.
 *
 * The scopes of a verified token are spelled as clients ask for them: `api://…/name`.
 *
 * @throws {ConfigurationError} with every mistake in the options at once.
 * @example
 * const verifier = entraTokenVerifier({
 *   tenantId: "contoso.com",
 *   clientId: "the Application (client) ID",
 *   requireScopes: ["access_as_user"],
 * })
 */
export function entraTokenVerifier(options: EntraTokenVerifierOptions): EntraTokenVerifier {
  const settings = readOptions("entraTokenVerifier", schema, options)
  const registration = registrationOf(settings)
  const { authority, audiences, tokenVersion, identifierUri } = registration
  const { fetch, now, timeoutMilliseconds } = settings
  const calls: EntraCalls = { fetch, now, timeoutMilliseconds, optionName: (option) => option }
  const fullNames = (names: readonly string[]) => names.map((name) => `${identifierUri}/${name}`)
  const required = fullNames(settings.requireScopes)

  const verifier = keptOnSuccess(async () => {
    const tenant = await resolveTenant(authority, calls)
    const allows = tenantPolicy(tenant, registration.allowedTenants)
    const rules = { authority, audience: audiences, version: tokenVersion, allows }
    return entraJwtVerifier({ ...rules, rememberBytes: 16 * 1024 * 1024 }, calls)
  })

  const read = remembered((token) => {
    const { claims } = token
    const principal = principalOf(issuerOf(authority.cloud, String(claims.tid), 2), claims)
    const { type } = principal
    if (!settings.callers.includes(type)) throw callerRefused(type)
    if (typeof claims.scp !== "string") return { ...token, scopes: [], principal }
    const scopes = fullNames(claims.scp.split(" ").filter(Boolean))
    const missing = required.filter((scope) => !scopes.includes(scope))
    if (missing.length === 0) return { ...token, scopes, principal }
    throw new TokenError("insufficient_scope", "The token lacks a required scope")
  })

  return {
    authorizationServers: [authority.server.issuer],
    scopes: required,
    async verify(token) {
      const ready = await verifier().catch((error: unknown) => {
        throw unreachable(error)
      })
      const verified = await ready.verify(token).catch((error: unknown) => {
        throw explained(error, otherVersion(token, tokenVersion, calls.optionName))
      })
      return read(verified)
    },
  }
}

function callerRefused(type: Principal["type"]): TokenError {
  const whose = { person: "a person", app: "an application", agent: "an agent" }[type]
  return new TokenError("missing_claim", `The token is that of ${whose}, which may not call here`)
}

/** Does the work once for each verified token: the verifier returns the same object while it remembers the token. */
function remembered(
  read: (token: VerifiedToken) => IdentifiedToken,
): (token: VerifiedToken) => IdentifiedToken {
  const results = new WeakMap<VerifiedToken, IdentifiedToken>()
  return (token) => {
    const known = results.get(token)
    if (known) return known
    const result = read(token)
    results.set(token, result)
    return result
  }
}

function unreachable(error: unknown): unknown {
  if (!(error instanceof IdentityProviderError)) return error
  return new TokenError("unavailable", "The token can't be checked at the moment", { cause: error })
}

/** Adds the real reason for a wrong issuer or audience: the API's tokens are of the other version. */
function explained(error: unknown, problem: IdentityProviderError | undefined): unknown {
  if (!problem || !(error instanceof TokenError) || error.status !== 401) return error
  return new TokenError(error.code, error.message, { cause: problem })
}
