import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose"
import type { createFixture } from "./fixture.ts"

let made = 0

/** A client's DPoP key, and the proofs that it signs. */
export async function dpopKey(alg = "ES256") {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const jwk = await exportJWK(publicKey)
  return {
    jwk,
    privateKey,
    jkt: await calculateJwkThumbprint(jwk),
    /** A proof that is valid at the fixture's time, with changed claims. `undefined` removes one. */
    sign(
      server: Pick<ReturnType<typeof createFixture>, "now">,
      claims: Record<string, unknown> = {},
      header: Record<string, unknown> = {},
    ): Promise<string> {
      const payload = {
        htm: "POST",
        htu: "https://mcp.example.com/token",
        iat: Math.floor(server.now() / 1000),
        jti: `proof-${++made}`,
        ...claims,
      }
      return new SignJWT(JSON.parse(JSON.stringify(payload)))
        .setProtectedHeader({ alg, typ: "dpop+jwt", jwk, ...header })
        .sign(privateKey)
    },
  }
}
