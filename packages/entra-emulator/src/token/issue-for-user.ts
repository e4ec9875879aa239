import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "../directory/app-registration.ts"
import { clientInfo } from "../directory/client-info.ts"
import { accessError, decideAccess } from "../directory/conditional-access.ts"
import type { Account } from "../directory/directory.ts"
import { type RequestedScopes, type ResourceScopes, userInfoScopes } from "../directory/scopes.ts"
import { graphClientId } from "../directory/well-known-ids.ts"
import type { Emulation } from "../state/emulation.ts"
import { type Grant, type RefreshToken, spaRefreshTokenLifetime } from "../state/grants.ts"
import { userAccessToken } from "./access-token.ts"
import type { ClientProof } from "./client-authentication.ts"
import { idToken } from "./id-token.ts"

export interface TokenResponse {
  token_type: "Bearer"
  scope?: string
  expires_in: number
  ext_expires_in: number
  access_token: string
  refresh_token?: string
  id_token?: string
  client_info?: string
}

export interface IssueInput {
  grant: Grant
  account: Account
  client: AppRegistration
  proof: ClientProof
  requested: RequestedScopes
  platform: RefreshToken["platform"]
  /** For single-page applications: when the refresh token expires, in milliseconds since the epoch. */
  spaExpiresAt?: number
  /** Whether `client_info=1` was sent. */
  wantsClientInfo: boolean
}

/**
 * Issues tokens to a user. The members are in Entra's order: `token_type`, `scope`, `expires_in`,
 * `ext_expires_in`, `access_token`, then the tokens of OpenID Connect scopes.
 *
 * @throws {EntraError} 28000, 65001, 53003, 50076 or 50079.
 */
export async function issueForUser(
  emulation: Emulation,
  input: IssueInput,
): Promise<TokenResponse> {
  const { grant, account, client, requested } = input
  const { session } = grant
  const entry = onlyResource(requested, emulation)
  const scopes = consentedScopes(emulation, account, client, entry, requested)
  const decision = decideAccess(emulation.policies, {
    user: account.user,
    mfa: session.mfa,
    resources: [entry.resource.clientId],
  })
  const blocked = accessError(decision, account.user, entry.resource.clientId)
  if (blocked) throw blocked
  const lifetime = emulation.newTokenLifetime()
  const { proof } = input
  const token = { account, client, proof, entry, scopes, session, cp1: grant.cp1, lifetime }
  return {
    token_type: "Bearer",
    scope: responseScope(entry, scopes),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: await userAccessToken(emulation, token),
    ...(requested.oidc.includes("offline_access") && {
      refresh_token: newRefreshToken(emulation, input),
    }),
    ...(requested.oidc.includes("openid") && {
      id_token: await idToken(emulation, {
        account,
        client,
        session,
        oidc: requested.oidc,
        nonce: grant.nonce,
        lifetime,
      }),
    }),
    ...(input.wantsClientInfo && { client_info: clientInfo(account) }),
  }
}

/** A token is for one resource. With OpenID Connect scopes alone, that is Graph, for UserInfo. */
function onlyResource(requested: RequestedScopes, emulation: Emulation): ResourceScopes {
  const [entry, another] = requested.resources
  if (another) throw new EntraError(28000, { scope: requested.text })
  return entry ?? userInfoScopes(emulation.directory)
}

function consentedScopes(
  emulation: Emulation,
  account: Account,
  client: AppRegistration,
  entry: ResourceScopes,
  requested: RequestedScopes,
): string[] {
  const graph = userInfoScopes(emulation.directory).resource
  const all = emulation.consents.granted(account, client, entry.resource)
  const oidc = emulation.consents.granted(account, client, graph)
  const unmet =
    entry.scopes.some((scope) => !all.includes(scope)) ||
    requested.oidc.some((scope) => !oidc.includes(scope)) ||
    (entry.isDefault && all.length === 0)
  if (unmet) throw new EntraError(65001, { app: client.clientId, name: client.name })
  return all.filter((scope) => scope !== "offline_access")
}

/** Scopes with the prefix that the request used for the resource. OpenID Connect scopes have none. */
function responseScope(
  { resource, identifier, isDefault }: ResourceScopes,
  scopes: string[],
): string {
  const prefix = identifier === "" ? "" : `${identifier}/`
  const isOidc = (scope: string) =>
    resource.clientId === graphClientId && ["openid", "profile", "email"].includes(scope)
  const names = scopes.map((scope) => (isOidc(scope) ? scope : `${prefix}${scope}`))
  return [...names, ...(isDefault ? [`${prefix}.default`] : [])].join(" ")
}

/** A single-page application's refresh tokens all expire 24 hours after the first was issued. */
function newRefreshToken(emulation: Emulation, input: IssueInput): string {
  const { grant, requested, platform } = input
  const issuedAt = emulation.now()
  const spaExpiresAt = input.spaExpiresAt ?? issuedAt + spaRefreshTokenLifetime
  return emulation.grants.issueRefreshToken({
    grant: { ...grant, scope: requested.text },
    platform,
    issuedAt,
    ...(platform === "spa" && { spaExpiresAt }),
  })
}
