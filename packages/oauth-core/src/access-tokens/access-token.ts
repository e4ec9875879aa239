import { jwtVerifier, type TokenVerifier } from "@doorward/jwt-verifier"
import { createIdentifier } from "../tokens/opaque-token.ts"
import { type JwtType, signJwt } from "./sign-jwt.ts"
import type { SigningKeys } from "./signing-keys.ts"

/** The contents of an access token (RFC 9068 §2.2). No personal data: the identity is in the grant. */
export interface AccessTokenClaims {
  subject: string
  resource: string
  clientId: string
  scopes: readonly string[]
  grantId: string
  /** Who acts for the subject, and for whom they act in turn: client ids, the newest first. */
  actors?: readonly string[]
  /** The thumbprint of the key that it is bound to (RFC 9449 §6.1). */
  jkt?: string | undefined
  /** The longest that it may live, in milliseconds. Default: as long as any access token. */
  lifetimeMax?: number
}

/** This server's access tokens. */
export interface AccessTokens {
  /** Signs a token. `lifetime` is in seconds. */
  issue(claims: AccessTokenClaims): Promise<{ token: string; lifetime: number }>
  /** Verifies tokens for these resources, but not whether their grant is still active. */
  verifierFor(resources: readonly string[]): TokenVerifier
  /** Verifies assertions about callers for these audiences. */
  assertionVerifierFor(audiences: readonly string[]): TokenVerifier
}

export interface AccessTokensOptions {
  issuer: string
  keys: SigningKeys
  /** Milliseconds. */
  lifetime: number
  now: () => number
}

/** Issues and verifies this server's access tokens: `at+jwt`, ES256 (RFC 9068). */
export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { issuer, keys, now } = options
  const verifierOf = (audiences: readonly string[], typ: JwtType) =>
    jwtVerifier({
      issuer,
      audience: [...audiences],
      typ,
      key: ({ kid }) => (kid === undefined ? undefined : keys.publicKey(kid)),
      algorithms: ["ES256"],
      now,
    })
  return {
    async issue(claims) {
      const issuedAt = Math.floor(now() / 1000)
      const { lifetimeMax = options.lifetime } = claims
      const lifetime = Math.floor(Math.min(options.lifetime, lifetimeMax) / 1000)
      const payload = {
        iss: issuer,
        sub: claims.subject,
        aud: claims.resource,
        client_id: claims.clientId,
        ...(claims.scopes.length > 0 ? { scope: claims.scopes.join(" ") } : {}),
        iat: issuedAt,
        exp: issuedAt + lifetime,
        jti: createIdentifier(),
        gid: claims.grantId,
        ...actClaim(claims.actors),
        ...(claims.jkt === undefined ? {} : { cnf: { jkt: claims.jkt } }),
      }
      return { token: await signJwt("at+jwt", payload, keys), lifetime }
    },
    verifierFor: (resources) => verifierOf(resources, "at+jwt"),
    assertionVerifierFor: (audiences) => verifierOf(audiences, "JWT"),
  }
}

/** The `act` claim of a token that was exchanged, perhaps more than once (RFC 8693 §4.1). */
function actClaim([actor, ...earlier]: readonly string[] = []): { act?: object } {
  return actor === undefined ? {} : { act: { sub: actor, ...actClaim(earlier) } }
}
