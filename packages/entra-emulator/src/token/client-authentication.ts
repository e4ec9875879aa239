import { createHash, timingSafeEqual } from "node:crypto"
import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration, RedirectUri } from "../directory/app-registration.ts"
import type { Emulation } from "../state/emulation.ts"
import { checkClientAssertion } from "./client-assertion.ts"

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** How a client proved who it is. */
export type ClientProof = "none" | "secret" | "certificate"

/** What a token request contains about its client. */
export interface PresentedClient {
  id: string | undefined
  secret: string | undefined
  assertion: string | undefined
}

/** Reads `client_secret_post`, `client_secret_basic` (form-urlencoded parts, RFC 6749 §2.3.1) or an assertion. */
export function presentedClient(
  form: URLSearchParams,
  authorization: string | undefined,
): PresentedClient {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1]
  const [user, password] = basic ? basicParts(basic) : []
  const isAssertion = form.get("client_assertion_type") === assertionType
  return {
    id: form.get("client_id") || user,
    secret: form.get("client_secret") || password,
    assertion: (isAssertion && form.get("client_assertion")) || undefined,
  }
}

/**
 * Whether the client must authenticate (`credential`), may (`none`), or must not, because it is a public
 * client.
 */
export type CredentialNeed = "credential" | "none" | "public"

/**
 * What is needed to redeem a code or refresh token that came through a redirect URI of this platform. For
 * an unknown one there is no platform, so the registration decides.
 */
export function needOf(
  platform: RedirectUri["platform"] | undefined,
  client: AppRegistration,
): CredentialNeed {
  if (platform === undefined) return isPublic(client) ? "public" : "credential"
  return ({ web: "credential", spa: "none", public: "public" } as const)[platform]
}

/** What the device code grant needs. It has no redirect URI, so `allowPublicClientFlows` decides. */
export function deviceNeedOf(client: AppRegistration): CredentialNeed {
  if (isPublic(client)) return "public"
  return client.allowPublicClientFlows ? "none" : "credential"
}

/**
 * Authenticates the client. Returns how it proved who it is.
 *
 * @param segment the path's tenant.
 * @throws {EntraError} 7000215, 7000222, 7000218, 700025, or what a bad assertion causes.
 */
export async function authenticateClient(
  emulation: Emulation,
  client: AppRegistration,
  segment: string,
  presented: PresentedClient,
  need: CredentialNeed,
): Promise<ClientProof> {
  const { secret, assertion } = presented
  if (need === "public") {
    if (secret !== undefined || assertion !== undefined) throw new EntraError(700025)
    return "none"
  }
  if (assertion !== undefined) {
    await checkClientAssertion(emulation, client, segment, assertion)
    return "certificate"
  }
  if (secret !== undefined) {
    checkSecret(emulation, client, secret)
    return "secret"
  }
  if (need === "none") return "none"
  throw new EntraError(7000218)
}

/** A registration with neither a credential nor a web redirect URI is a public client. */
function isPublic(client: AppRegistration): boolean {
  const { secrets, certificates, federatedCredentials, redirectUris } = client
  const credentials = secrets.length + certificates.length + federatedCredentials.length
  return credentials === 0 && !redirectUris.some(({ platform }) => platform === "web")
}

function checkSecret(emulation: Emulation, client: AppRegistration, given: string): void {
  const app = client.clientId
  const match = client.secrets.filter(({ value }) => sameSecret(value, given)).at(0)
  if (!match) throw new EntraError(7000215, { app })
  const expiresAt = "expiresAt" in match ? match.expiresAt : undefined
  if (expiresAt !== undefined && Date.parse(expiresAt) <= emulation.now()) {
    throw new EntraError(7000222, { app })
  }
}

function sameSecret(a: string, b: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function basicParts(encoded: string): [string, string] | [] {
  const text = Buffer.from(encoded, "base64").toString("utf8")
  const colon = text.indexOf(":")
  if (colon < 0) return []
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)].map(formDecode)
  return [user ?? "", password ?? ""]
}

function formDecode(part: string): string {
  return new URLSearchParams(`p=${part.replaceAll("&", "%26")}`).get("p") ?? ""
}
