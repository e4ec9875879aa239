import type { OptionFields } from "@doorward/boundary"
import { despiteOtherProblems, readOptions } from "@doorward/boundary"
import { TokenError, type TokenVerifier, type VerifiedToken } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"
import { keptOnSuccess, scopeToken } from "@doorward/upstream-client"
import { z } from "zod"
import type { EntraCalls } from "./entra-calls.ts"
import { entraJwtVerifier } from "./entra-jwt-verifier.ts"
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
   * Whether an application may call on its own behalf, with an app role and without a person.
   * Default: false.
   */
  allowAppOnly?: boolean | undefined
}

const schema = z
  .strictObject({
    requireScopes: z.array(scopeToken).default([]),
    allowAppOnly: z.boolean().default(false),
    ...registrationFields,
  } satisfies OptionFields<EntraTokenVerifierOptions>)
  .superRefine(checkTenants, despiteOtherProblems)

/** Verifies tokens that clients obtained from Entra ID themselves, and has what the metadata must contain. */
export interface EntraTokenVerifier extends TokenVerifier {
  /** For `authorization_servers` (RFC 9728 §2). */
  readonly authorizationServers: readonly string[]
  /** The required scopes, spelled as a client asks Entra ID for them, for `scopes_supported` and challenges. */
  readonly scopes: readonly string[]
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
    if (typeof claims.scp === "string") {
      const scopes = fullNames(claims.scp.split(" ").filter(Boolean))
      const missing = required.filter((scope) => !scopes.includes(scope))
      if (missing.length === 0) return { ...token, scopes }
      throw new TokenError("insufficient_scope", "The token lacks a required scope")
    }
    if (settings.allowAppOnly && isAppOnly(claims)) return { ...token, scopes: [] }
    throw new TokenError("missing_claim", "The token carries no scope of a person (scp)")
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

/** Whether a token is an application's own: it has a role, names the application, and is about the application itself. */
function isAppOnly({ roles, azp, appid, oid, sub }: VerifiedToken["claims"]): boolean {
  const hasRole = Array.isArray(roles) && roles.length > 0
  return hasRole && typeof (azp ?? appid) === "string" && typeof oid === "string" && oid === sub
}

/** Does the work once for each verified token: the verifier returns the same object while it remembers the token. */
function remembered(
  read: (token: VerifiedToken) => VerifiedToken,
): (token: VerifiedToken) => VerifiedToken {
  const results = new WeakMap<VerifiedToken, VerifiedToken>()
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
