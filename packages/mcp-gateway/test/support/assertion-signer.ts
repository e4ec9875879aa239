import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose"
import type { AssertionSigner } from "../../src/index.ts"

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
const jwks = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "k1" }] })

/** Signs as a proxy does, and counts how often it was asked to. */
export function assertionSigner(seconds = 60): AssertionSigner & { signed: number } {
  return {
    signed: 0,
    async signAssertion({ audience, subject, clientId, claims }) {
      this.signed += 1
      const iat = Math.floor(Date.now() / 1000)
      const expiresAt = iat + seconds
      const payload = { ...claims, client_id: clientId, iat, exp: expiresAt }
      const token = await new SignJWT(payload)
        .setProtectedHeader({ alg: "ES256", kid: "k1" })
        .setIssuer("https://auth.example")
        .setSubject(subject)
        .setAudience(audience)
        .sign(privateKey)
      return { token, expiresAt }
    },
  }
}

/** The claims of an assertion, once its signature and audience have been verified. */
export async function verifyAssertion(token: unknown, audience: string) {
  const { payload } = await jwtVerify(String(token), jwks, { audience })
  return payload
}
