import {
  allOf,
  allowEmailDomains,
  allowGroups,
  allowRoles,
  allowTenants,
  type SignInPolicy,
} from "@doorward/oauth-core"
import type { Configuration } from "./configuration/read-configuration.ts"
import { fromSettings } from "./wrong-setting.ts"

/**
 * Who may sign in: whoever meets every list of `signIn`.
 *
 * @throws {ConfigurationError} if an entry is not what its list holds.
 */
export function signInPolicy(configuration: Configuration): SignInPolicy | undefined {
  const { tenants, groups, roles, domains } = configuration.signIn ?? {}
  const policies: SignInPolicy[] = []
  const add = (name: string, make: () => SignInPolicy) => {
    policies.push(fromSettings(configuration, () => `signIn.${name}`, make))
  }
  if (tenants) add("tenants", () => allowTenants(tenants))
  if (groups) add("groups", () => allowGroups(groups))
  if (roles) add("roles", () => allowRoles(roles))
  if (domains) add("domains", () => allowEmailDomains(domains, tenants ? { tenants } : {}))
  return policies.length === 0 ? undefined : allOf(...policies)
}
