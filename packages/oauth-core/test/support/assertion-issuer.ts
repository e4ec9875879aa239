import { exportJWK, generateKeyPair, SignJWT } from "jose"
import type { IdentityAssertionIssuer } from "../../src/index.ts"
import { baseUrl, type createFixture } from "./fixture.ts"

let made = 0

/** An organization's identity provider, and the ID-JAGs that it signs. */
export async function assertionIssuer(issuer = "https://idp.example.org") {
  const { privateKey, publicKey } = await generateKeyPair("ES256")
  const { kty = "", ...members } = await exportJWK(publicKey)
  const options: IdentityAssertionIssuer = {
    issuer,
    jwks: { keys: [{ kty, ...members, alg: "ES256", kid: "1" }] },
  }
  return {
    options,
    /** An ID-JAG that is valid at the fixture's time, with changed claims. `undefined` removes one. */
    sign(
      server: Pick<ReturnType<typeof createFixture>, "now">,
      claims: Record<string, unknown> = {},
      header: Record<string, unknown> = {},
    ): Promise<string> {
      const now = Math.floor(server.now() / 1000)
      const payload = {
        iss: issuer,
        sub: "U019488227",
        aud: baseUrl,
        client_id: "desk",
        resource: `${baseUrl}/mcp`,
        scope: "read write",
        jti: `jti-${++made}`,
        iat: now,
        exp: now + 300,
        ...claims,
      }
      return new SignJWT(JSON.parse(JSON.stringify(payload)))
        .setProtectedHeader({ alg: "ES256", typ: "oauth-id-jag+jwt", kid: "1", ...header })
        .sign(privateKey)
    },
  }
}
