import { randomBytes } from "node:crypto"
import type { AppRegistration } from "../directory/app-registration.ts"
import type { Account } from "../directory/directory.ts"
import { pairwiseSubject, servicePrincipalId } from "../directory/pairwise.ts"
import type { ResourceScopes } from "../directory/scopes.ts"
import { graphClientId } from "../directory/well-known-ids.ts"
import { type Claims, signForGraph, signV1, signV2 } from "../keys/jwt.ts"
import { type Emulation, issuerOf, v1IssuerOf } from "../state/emulation.ts"
import type { SignInSession } from "../state/grants.ts"
import type { ClientProof } from "./client-authentication.ts"
import { membershipClaims } from "./user-claims.ts"

/** `azpacr` and `appidacr`. */
const acr: Record<ClientProof, string> = { none: "0", secret: "1", certificate: "2" }

export interface UserTokenInput {
  account: Account
  client: AppRegistration
  proof: ClientProof
  entry: ResourceScopes
  /** Every scope of the resource that the client may use. */
  scopes: readonly string[]
  session: SignInSession
  cp1: boolean
  lifetime: number
}

/** Issues an access token to a user, in the version that the resource's registration sets. */
export async function userAccessToken(
  emulation: Emulation,
  input: UserTokenInput,
): Promise<string> {
  const { account, client, proof, entry, session } = input
  const { resource } = entry
  const { user, tenantId, oid } = account
  const uti = newUti()
  emulation.tokenSessions.set(uti, session)
  const sub = pairwiseSubject(oid, resource.clientId)
  const shared = {
    ...(session.acrs.length > 0 && { acrs: session.acrs }),
    ...(input.cp1 && { xms_cc: ["CP1"] }),
    ...membershipClaims(emulation, account, resource),
    ...agentClaims(client),
  }
  const times = validity(emulation, input.lifetime)
  const key = await emulation.keys.active()
  if (resource.requestedAccessTokenVersion === 2) {
    return signV2(key, {
      aud: resource.clientId,
      iss: issuerOf(emulation, tenantId),
      ...times,
      aio: opaque(),
      azp: client.clientId,
      azpacr: acr[proof],
      name: user.name,
      oid,
      preferred_username: user.username,
      rh: opaque(),
      scp: input.scopes.join(" "),
      sub,
      tid: tenantId,
      uti,
      ver: "2.0",
      ...shared,
    })
  }
  const claims: Claims = {
    aud: v1Audience(entry),
    iss: v1IssuerOf(emulation, tenantId),
    ...times,
    acr: "1",
    aio: opaque(),
    amr: session.mfa ? ["pwd", "mfa"] : ["pwd"],
    ...(resource.clientId === graphClientId && { app_displayname: client.name }),
    appid: client.clientId,
    appidacr: acr[proof],
    ...(account.guest && { idp: v1IssuerOf(emulation, user.tenantId), email: user.username }),
    ...(resource.clientId === graphClientId && { idtyp: "user" }),
    ...nameParts(user.name),
    name: user.name,
    oid,
    rh: opaque(),
    scp: input.scopes.join(" "),
    sub,
    tid: tenantId,
    unique_name: user.username,
    ...(!account.guest && { upn: user.username }),
    uti,
    ver: "1.0",
    ...shared,
  }
  return resource.clientId === graphClientId ? signForGraph(key, claims) : signV1(key, claims)
}

export interface AppTokenInput {
  tenantId: string
  client: AppRegistration
  proof: ClientProof
  entry: ResourceScopes
  lifetime: number
}

/** Issues an access token to an application itself: `roles` in place of `scp`, and `sub` equal to `oid`. */
export async function appAccessToken(emulation: Emulation, input: AppTokenInput): Promise<string> {
  const { tenantId, client, proof, entry } = input
  const { resource } = entry
  const oid = servicePrincipalId(client.clientId, tenantId)
  const roles = client.applicationPermissions[resource.clientId] ?? []
  const shared = {
    oid,
    rh: opaque(),
    ...(roles.length > 0 && { roles }),
    sub: oid,
    tid: tenantId,
    uti: newUti(),
    ...agentClaims(client),
    ...(client.agentBlueprintId !== undefined && { xms_sub_fct: "9 3 11" }),
  }
  const times = validity(emulation, input.lifetime)
  const key = await emulation.keys.active()
  if (resource.requestedAccessTokenVersion === 2) {
    return signV2(key, {
      aud: resource.clientId,
      iss: issuerOf(emulation, tenantId),
      ...times,
      aio: opaque(),
      azp: client.clientId,
      azpacr: acr[proof],
      ...shared,
      ver: "2.0",
    })
  }
  const claims: Claims = {
    aud: v1Audience(entry),
    iss: v1IssuerOf(emulation, tenantId),
    ...times,
    aio: opaque(),
    appid: client.clientId,
    appidacr: acr[proof],
    idp: v1IssuerOf(emulation, tenantId),
    idtyp: "app",
    ...shared,
    ver: "1.0",
  }
  return resource.clientId === graphClientId ? signForGraph(key, claims) : signV1(key, claims)
}

/** An agent identity says so as the actor, by facet 11, and names its blueprint. */
function agentClaims({ agentBlueprintId }: AppRegistration): Claims {
  if (agentBlueprintId === undefined) return {}
  return { xms_act_fct: "3 9 11", xms_par_app_azp: agentBlueprintId }
}

/** The `aud` of a v1.0 token is what the request called the resource. */
function v1Audience({ resource, identifier }: ResourceScopes): string {
  return identifier === "" ? resource.clientId : identifier
}

export function validity(emulation: Emulation, lifetime: number) {
  const now = Math.floor(emulation.now() / 1000)
  return { iat: now, nbf: now, exp: now + lifetime }
}

/** A claim that only Entra can read (`aio`, `rh`). */
export function opaque(): string {
  return `1.${randomBytes(36).toString("base64url")}.`
}

export function newUti(): string {
  return randomBytes(16).toString("base64url")
}

function nameParts(name: string): Claims {
  const [given = name, ...rest] = name.split(" ")
  return { ...(rest.length > 0 && { family_name: rest.join(" ") }), given_name: given }
}
