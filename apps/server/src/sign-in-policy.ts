import { isGuid } from "@doorward/boundary"
import {
  allOf,
  allowEmailDomains,
  allowGroups,
  allowPeople,
  allowRoles,
  allowTenants,
  type SignInPolicy,
} from "@doorward/oauth-core"
import type { Configuration } from "./configuration/read-configuration.ts"
import { fromSettings, wrongSetting } from "./wrong-setting.ts"

/**
 * Who may sign in: whoever meets every list of `signIn`.
 *
 * @throws {ConfigurationError} if an entry is not what its list holds.
 */
export function signInPolicy(configuration: Configuration): SignInPolicy | undefined {
  const { tenants, groups, roles, domains, people } = configuration.signIn ?? {}
  const policies: SignInPolicy[] = []
  const add = (name: string, make: () => SignInPolicy) => {
    policies.push(fromSettings(configuration, () => `signIn.${name}`, make))
  }
  if (tenants) add("tenants", () => allowTenants(tenants))
  if (groups) add("groups", () => allowGroups(groups))
  if (roles) add("roles", () => allowRoles(roles))
  if (domains) {
    add("domains", () => allowEmailDomains(domains, { tenants: trustedTenants(configuration) }))
  }
  if (people) add("people", () => allowPeople(people))
  return policies.length === 0 ? undefined : allOf(...policies)
}

/** The tenants whose administrators vouch for e-mail addresses. */
function trustedTenants(configuration: Configuration): readonly string[] {
  const { signIn, entra } = configuration
  if (signIn?.tenants) return signIn.tenants
  if (isGuid(entra.tenantId)) return [entra.tenantId]
  throw wrongSetting(
    configuration,
    "signIn.domains",
    "needs signIn.tenants, the IDs of the tenants whose administrators you trust to enter e-mail addresses",
  )
}
