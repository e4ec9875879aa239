import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { baseUrl, type createFixture } from "./fixture.ts"

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

let made = 0

/** A client's key, and the assertions that it signs. */
export async function clientKey(alg = "ES256", kid: string | undefined = `key-${++made}`) {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const { kty = "", ...members } = await exportJWK(publicKey)
  const jwk = { kty, ...members, alg, use: "sig", ...(kid ? { kid } : {}) }
  return {
    jwk,
    /**
     * An assertion that is valid at the fixture's time, with changed claims. `undefined` removes one.
     */
    sign(
      server: Pick<ReturnType<typeof createFixture>, "now">,
      clientId: string,
      claims: Record<string, unknown> = {},
      header: Record<string, unknown> = {},
    ): Promise<string> {
      const now = Math.floor(server.now() / 1000)
      const payload = {
        iss: clientId,
        sub: clientId,
        aud: baseUrl,
        jti: `jti-${++made}`,
        iat: now,
        exp: now + 60,
        ...claims,
      }
      return new SignJWT(JSON.parse(JSON.stringify(payload)))
        .setProtectedHeader({ alg, ...(kid ? { kid } : {}), ...header })
        .sign(privateKey)
    },
  }
}
