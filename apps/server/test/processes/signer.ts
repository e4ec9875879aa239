import { randomUUID } from "node:crypto"
import { exportJWK, generateKeyPair, SignJWT } from "jose"

/** Somebody with a key, whose JWTs are good for a minute. */
export async function signer(typ: string) {
  const { privateKey, publicKey } = await generateKeyPair("ES256")
  const { kty = "", ...members } = await exportJWK(publicKey)
  return {
    jwks: { keys: [{ kty, ...members, alg: "ES256", kid: "1" }] },
    sign: (claims: Record<string, unknown>) =>
      new SignJWT({ jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: "ES256", typ, kid: "1" })
        .setIssuedAt()
        .setExpirationTime("1 minute")
        .sign(privateKey),
  }
}
