import { TokenError, type TokenVerifier, type VerifiedToken } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"
import { keptOnSuccess, parseOptions, scopeToken } from "@doorward/provider-oidc/upstream"
import { z } from "zod"
import { entraJwtVerifier } from "./entra-jwt-verifier.ts"
import { checkTenants, registrationFields, registrationOf } from "./registration-options.ts"
import { resolveTenant } from "./tenant-discovery.ts"
import { tenantPolicy } from "./tenants.ts"
import { otherVersion } from "./token-refusal.ts"

const schema = z
  .strictObject({
    ...registrationFields,
    /** Scopes of the API that each person's token must have, by their names without prefix. Default: none. */
    requiredScopes: z.array(scopeToken).default([]),
    /**
     * Whether an application may call on its own behalf, with an app role and without a person.
     * Default: false.
     */
    allowAppOnly: z.boolean().default(false),
  })
  .superRefine(checkTenants)

export type EntraTokenVerifierOptions = z.input<typeof schema>

/** Verifies tokens that clients got from Entra ID themselves, and says what their metadata must say. */
export interface EntraTokenVerifier extends TokenVerifier {
  /** For `authorization_servers` (RFC 9728 §2). */
  readonly authorizationServers: readonly string[]
  /** The required scopes as a client asks Entra ID for them, for `scopes_supported` and challenges. */
  readonly scopes: readonly string[]
}

/**
 * A verifier for an MCP server whose clients are registered with Entra ID and get their tokens there,
 * without a proxy.
 *
 * The scopes of a verified token are in the spelling that clients ask for them: `api://…/name`.
 *
 * @throws {ProviderOptionsError} that names each wrong option and its mend.
 */
export function entraTokenVerifier(options: EntraTokenVerifierOptions): EntraTokenVerifier {
  const settings = parseOptions("entraTokenVerifier", schema, options)
  const registration = registrationOf(settings)
  const { authority, audiences, tokenVersion, identifierUri } = registration
  const fullNames = (names: readonly string[]) => names.map((name) => `${identifierUri}/${name}`)
  const required = fullNames(settings.requiredScopes)

  const verifier = keptOnSuccess(async () => {
    const tenant = await resolveTenant(authority, settings)
    const allows = tenantPolicy(tenant, registration.allowedTenants)
    const rules = { authority, audience: audiences, version: tokenVersion, allows }
    return entraJwtVerifier({ ...rules, rememberBytes: 16 * 1024 * 1024 }, settings)
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
        throw explained(error, otherVersion(token, tokenVersion))
      })
      return read(verified)
    },
  }
}

/** An application's own token: it has a role, names the application, and its subject is the application. */
function isAppOnly({ roles, azp, appid, oid, sub }: VerifiedToken["claims"]): boolean {
  const hasRole = Array.isArray(roles) && roles.length > 0
  return hasRole && typeof (azp ?? appid) === "string" && typeof oid === "string" && oid === sub
}

/** Does the work once for each verified token: the verifier hands out the same object while it remembers it. */
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

/** A wrong issuer or audience with its real reason: the API's tokens are of the other version. */
function explained(error: unknown, problem: IdentityProviderError | undefined): unknown {
  if (!problem || !(error instanceof TokenError) || error.status !== 401) return error
  return new TokenError(error.code, error.message, { cause: problem })
}
