import { isGuid } from "@doorward/boundary"
import type { UpstreamClient } from "@doorward/upstream-client"
import { authorityOf } from "../authority.ts"
import { entraClient } from "../entra-client.ts"
import { consumersTenantId, isTenantAlias } from "../tenants.ts"
import type { CheckContext } from "./check.ts"

/** The application as a client on its own behalf (RFC 6749 §4.4), or why it can't be one. */
export type Application = { client: UpstreamClient; tenant: string } | { obstacle: string }

/** An alias names no tenant to get a token from, so the first allowed tenant is used instead. */
export function applicationOf({ settings, client }: CheckContext): Application {
  const { authority, allowedTenants = [] } = settings.registration
  if (settings.publicClient) return { obstacle: "A public client has no credential." }
  if (!isTenantAlias(authority.tenant)) return { client, tenant: authority.tenant }
  const tenant = allowedTenants.find((one) => isGuid(one) && one !== consumersTenantId)
  if (tenant === undefined) {
    return {
      obstacle: `With ${settings.optionName("tenantId")} set to ${authority.tenant}, only a sign-in shows it.`,
    }
  }
  const registration = {
    ...settings.registration,
    authority: authorityOf(authority.cloud, tenant),
  }
  return { client: entraClient({ ...settings, registration }), tenant }
}

/** Gets a token of the application's own for a resource. */
export async function applicationToken(client: UpstreamClient, resource: string): Promise<string> {
  return (await client.grant("client_credentials", { scope: `${resource}/.default` })).accessToken
}
