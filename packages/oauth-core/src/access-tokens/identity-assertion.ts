import type { VerifiedToken } from "@doorward/jwt-verifier"
import { createIdentifier } from "../tokens/opaque-token.ts"
import { signJwt } from "./sign-jwt.ts"
import type { SigningKeys } from "./signing-keys.ts"

/** Who is calling, for a server that has no part in the sign-in. */
export interface IdentityAssertion {
  /** Whom it is for, such as the URL of a backend. It becomes the `aud`. */
  audience: string
  /** The user: the `sub` of their access tokens. */
  subject: string
  /** The client that acts for the user; it becomes the `client_id`. */
  clientId: string
  /**
   * The access token that the caller sent, verified. With it the assertion can be exchanged for a token with
   * which the server calls on (RFC 8693), if `tokenExchange` lets it. Default: it cannot be exchanged.
   */
  token?: Pick<VerifiedToken, "claims" | "expiresAt">
  /** Further claims, such as `email` or `roles`. None of them replaces a claim named here. */
  claims?: Readonly<Record<string, unknown>>
}

/** An assertion, signed. */
export interface SignedAssertion {
  /** The JWT, as a compact JWS. */
  token: string
  /** When it expires, in seconds since the epoch. */
  expiresAt: number
}

export interface IdentityAssertionOptions {
  issuer: string
  keys: SigningKeys
  now: () => number
}

/** In seconds. It only has to get from one server to the next. */
const lifetime = 60

/**
 * Signs an assertion with the keys of the JWKS (RFC 7519).
 *
 * Its `typ` is `JWT`, which every library takes, and never that of an access token (RFC 8725 §3.11).
 */
export async function signIdentityAssertion(
  { audience, subject, clientId, token, claims }: IdentityAssertion,
  { issuer, keys, now }: IdentityAssertionOptions,
): Promise<SignedAssertion> {
  const issuedAt = Math.floor(now() / 1000)
  const expiresAt = issuedAt + lifetime
  const payload = {
    ...claims,
    iss: issuer,
    sub: subject,
    aud: audience,
    client_id: clientId,
    iat: issuedAt,
    nbf: issuedAt,
    exp: expiresAt,
    jti: createIdentifier(),
    gid: token?.claims.gid,
    token_exp: token?.expiresAt,
  }
  return { token: await signJwt("JWT", payload, keys), expiresAt }
}
