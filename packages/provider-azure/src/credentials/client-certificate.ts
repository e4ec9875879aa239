import type { OptionName } from "@doorward/boundary"
import { IdentityProviderError } from "@doorward/oauth-core"
import { keptOnSuccess } from "@doorward/upstream-client"
import { type ClientAuth, modifyAssertion, PrivateKeyJwt } from "oauth4webapi"
import type { CertifiedKey } from "./certified-key.ts"
import { certifiedKeyOfPem, type PemOptions } from "./pem-certificate.ts"
import { certifiedKeyOfPfx, type PfxOptions } from "./pfx-certificate.ts"

/** How long an assertion is valid, in seconds. */
const lifetime = 300

/**
 * Authenticates with an assertion signed by a certificate's key (RFC 7523 §2.2), as Entra ID requires it:
 * PS256, the certificate named by `x5t#S256`, the token endpoint as audience.
 */
export function clientCertificate(options: PemOptions | PfxOptions, name: OptionName): ClientAuth {
  const signer = keptOnSuccess(() => loadSigner(options, name))
  return async (server, client, body, headers) => {
    const sign = await signer()
    return sign(server, client, body, headers)
  }
}

async function loadSigner(options: PemOptions | PfxOptions, name: OptionName): Promise<ClientAuth> {
  try {
    const read = "pfx" in options ? certifiedKeyOfPfx(options) : certifiedKeyOfPem(options)
    return await assertionSigner(await read)
  } catch (cause) {
    throw new IdentityProviderError(
      "operator",
      "unusable_certificate",
      `${name("clientCertificate")} can't be used. It must contain an X.509 certificate and its RSA private key, and its password must open them.`,
      { cause },
    )
  }
}

async function assertionSigner({ certificate, privateKey }: CertifiedKey): Promise<ClientAuth> {
  const algorithm = { name: "RSA-PSS", hash: "SHA-256" }
  const key = await crypto.subtle.importKey("pkcs8", privateKey, algorithm, false, ["sign"])
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", certificate))
  const thumbprint = base64url(digest)
  return (server, client, body, headers) => {
    const sign = PrivateKeyJwt(key, {
      [modifyAssertion](header, payload) {
        header.typ = "JWT"
        header["x5t#S256"] = thumbprint
        payload.aud = server.token_endpoint
        payload.exp = Number(payload.iat) + lifetime
      },
    })
    return sign(server, client, body, headers)
  }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "")
}
