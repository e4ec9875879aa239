import { jwtVerifier } from "@doorward/jwt-verifier"
import { JwtVerifier } from "aws-jwt-verify"
import { createVerifier } from "fast-jwt"
import { JWKSVerifier } from "fastmcp/auth"
import { createRemoteJWKSet, jwtVerify } from "jose"
import { createVerifyJwt } from "mcp-auth"
import { type Algorithm, audience, type Issuer, issuer, typ } from "./tokens.ts"

/** Returns the token's subject or throws, synchronously or not. */
export type Verify = (token: string) => string | undefined | Promise<string | undefined>

export interface Contestant {
  readonly name: string
  /** A new verifier that has seen no token yet, as strict as its options can make it. */
  create(from: Issuer, alg: Algorithm): Verify
}

/** Each has the keys by URL, except where it has a faster way, which it is then given. */
export const contestants: readonly Contestant[] = [
  {
    name: "@doorward/jwt-verifier",
    create({ jwksUri }) {
      const verifier = jwtVerifier({ issuer, audience, jwksUri })
      return async (token) => (await verifier.verify(token)).subject
    },
  },
  {
    name: "jose",
    create({ jwksUri }, alg) {
      const keys = createRemoteJWKSet(new URL(jwksUri))
      const options = joseOptions(alg)
      return async (token) => (await jwtVerify(token, keys, options)).payload.sub
    },
  },
  fastJwt("fast-jwt", undefined),
  fastJwt("fast-jwt, cache", true),
  {
    name: "aws-jwt-verify",
    create({ jwks, jwksUri }) {
      const secure = jwksUri.replace("http:", "https:")
      const verifier = JwtVerifier.create({ issuer, audience, jwksUri: secure })
      verifier.cacheJwks(jwks)
      return (token) => verifier.verifySync(token).sub
    },
  },
  {
    name: "fastmcp",
    create({ jwksUri }) {
      const verifier = new JWKSVerifier({ issuer, audience, jwksUri })
      return async (token) => {
        const { claims, error } = await verifier.verify(token)
        if (!claims) throw new Error(error)
        return claims.sub as string
      }
    },
  },
  {
    name: "mcp-auth",
    create({ jwksUri }, alg) {
      const keys = createRemoteJWKSet(new URL(jwksUri))
      const verify = createVerifyJwt(keys, joseOptions(alg))
      return async (token) => (await verify(token)).subject
    },
  },
]

function joseOptions(alg: Algorithm) {
  return { issuer, audience, typ, algorithms: [alg], requiredClaims: ["exp", "sub"] }
}

function fastJwt(name: string, cache: true | undefined): Contestant {
  return {
    name,
    create(from, alg) {
      const verify = createVerifier({
        key: from.publicKey(alg).export({ format: "pem", type: "spki" }) as string,
        algorithms: [alg],
        allowedIss: issuer,
        allowedAud: audience,
        checkTyp: typ,
        requiredClaims: ["iss", "aud", "exp", "sub"],
        ...(cache && { cache }),
      })
      return (token) => verify(token).sub
    },
  }
}
