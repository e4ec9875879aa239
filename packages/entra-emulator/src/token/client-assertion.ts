import { createHash, type KeyObject, X509Certificate } from "node:crypto"
import type { JWTPayload, ProtectedHeaderParameters } from "jose"
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose"
import { EntraError, longTime } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "../directory/app-registration.ts"
import { isRecord, readOwnToken } from "../keys/jwt.ts"
import { type Emulation, issuerOf } from "../state/emulation.ts"

type FederatedCredential = AppRegistration["federatedCredentials"][number]

/**
 * Checks a client assertion (RFC 7523 §2.2). If the client issued it, a registered certificate must have
 * signed it; otherwise it must be the token of an issuer that a federated credential trusts.
 *
 * @param segment the path's tenant, which the assertion's audience may contain.
 * @throws {EntraError} 50027, 700021, 700023, 700024, 700027, 70025, 700211, 700212 or 700213.
 */
export async function checkClientAssertion(
  emulation: Emulation,
  client: AppRegistration,
  segment: string,
  assertion: string,
): Promise<void> {
  const { header, claims } = take(assertion)
  if (claims.iss === client.clientId) {
    await checkCertificate(emulation, client, segment, assertion, header, claims)
  } else if (header.x5t !== undefined || header["x5t#S256"] !== undefined) {
    throw new EntraError(700021)
  } else {
    await checkFederated(emulation, client, assertion, claims)
  }
}

function take(assertion: string): { header: ProtectedHeaderParameters; claims: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) }
  } catch {
    throw new EntraError(50027)
  }
}

async function checkCertificate(
  emulation: Emulation,
  client: AppRegistration,
  segment: string,
  assertion: string,
  header: ProtectedHeaderParameters,
  claims: JWTPayload,
): Promise<void> {
  if (claims.sub !== client.clientId) throw new EntraError(700021)
  const thumbprint = String(header["x5t#S256"] ?? header.x5t ?? header.kid ?? "")
  const app = client.clientId
  const key = findCertificate(client, thumbprint)
  if (!key) {
    throw new EntraError(700027, { reason: "The key was not found.", thumbprint, app })
  }
  const audiences = acceptedAudiences(emulation, client, segment)
  const audience = [claims.aud].flat()
  if (!audience.some((aud) => aud !== undefined && audiences.includes(aud))) {
    throw new EntraError(700023)
  }
  checkTimes(emulation, claims)
  if (!(await isSignedBy(assertion, key))) {
    const reason = "The provided signature value did not match the expected signature value."
    throw new EntraError(700027, { reason, thumbprint, app })
  }
}

/** Finds a certificate by its SHA-256 or SHA-1 thumbprint, in base64url or hexadecimal (as in `kid`). */
function findCertificate(client: AppRegistration, thumbprint: string): KeyObject | undefined {
  const certificates = client.certificates.map((text) => new X509Certificate(text))
  const match = certificates.find(({ raw }) =>
    ["sha256", "sha1"].some((algorithm) => {
      const digest = createHash(algorithm).update(raw).digest()
      return (
        digest.toString("base64url") === thumbprint.replace(/=+$/, "") ||
        digest.toString("hex") === thumbprint.toLowerCase()
      )
    }),
  )
  return match?.publicKey
}

async function isSignedBy(assertion: string, key: KeyObject): Promise<boolean> {
  try {
    // Times are checked elsewhere, against the emulator's clock.
    await jwtVerify(assertion, key, { algorithms: ["PS256", "RS256"], currentDate: new Date(0) })
    return true
  } catch (error) {
    return error instanceof errors.JWTClaimValidationFailed
  }
}

/** The token endpoint and the issuers, with every name of the tenant. */
function acceptedAudiences(
  { urls, cloud, directory }: Emulation,
  client: AppRegistration,
  segment: string,
): string[] {
  const { id, domains } = directory.tenant(client.tenantId)
  const bases = [urls.base, urls.issuerBase, `https://${cloud.loginHost}`]
  return bases.flatMap((base) =>
    [segment, id, ...domains].flatMap((tenant) => [
      `${base}/${tenant}/oauth2/v2.0/token`,
      `${base}/${tenant}/v2.0`,
      `${base}/${tenant}/`,
    ]),
  )
}

function checkTimes(emulation: Emulation, claims: JWTPayload): void {
  const now = emulation.now()
  const skew = 300_000
  const notBefore = (claims.nbf ?? 0) * 1000
  const expires = (claims.exp ?? 0) * 1000
  if (now >= notBefore - skew && now < expires + skew) return
  throw new EntraError(700024, {
    now: longTime(now),
    notBefore: longTime(notBefore),
    expires: longTime(expires),
  })
}

async function checkFederated(
  emulation: Emulation,
  client: AppRegistration,
  assertion: string,
  claims: JWTPayload,
): Promise<void> {
  const { federatedCredentials } = client
  const issuer = String(claims.iss ?? "")
  const subject = String(claims.sub ?? "")
  const audience = [claims.aud].flat().map(String)
  if (federatedCredentials.length === 0) {
    throw new EntraError(70025, { app: client.clientId, name: client.name })
  }
  const byIssuer = federatedCredentials.filter((credential) => credential.issuer === issuer)
  if (byIssuer.length === 0) throw new EntraError(700211, { issuer })
  const bySubject = byIssuer.filter((credential) => credential.subject === subject)
  if (bySubject.length === 0) throw new EntraError(700213, { subject })
  const match = bySubject.find((credential) => audience.includes(credential.audience))
  if (!match) throw new EntraError(700212, { audience: audience.join(" ") })
  checkTimes(emulation, claims)
  if (!(await isFromIssuer(emulation, match, assertion))) {
    const reason = "The key was not found."
    throw new EntraError(700027, { reason, thumbprint: "", app: client.clientId })
  }
}

async function isFromIssuer(
  emulation: Emulation,
  credential: FederatedCredential,
  assertion: string,
): Promise<boolean> {
  const own = emulation.directory.tenants.some(
    ({ id }) => issuerOf(emulation, id) === credential.issuer,
  )
  if (own) return (await readOwnToken(assertion, emulation.keys))?.genuine === true
  const keys = credential.jwks?.keys.filter(isRecord) ?? []
  try {
    await jwtVerify(assertion, createLocalJWKSet({ keys }), {
      algorithms: ["RS256", "PS256", "ES256"],
      currentDate: new Date(0),
    })
    return true
  } catch (error) {
    return error instanceof errors.JWTClaimValidationFailed
  }
}
