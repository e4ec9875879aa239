import type { AppRegistration } from "../directory/app-registration.ts"
import type { Account } from "../directory/directory.ts"
import type { Emulation } from "../state/emulation.ts"

/** With more groups than this, the token has a link in place of the groups. */
const maxGroups = 200

const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
const everyMember = "b79fbf4d-3ef9-4689-8143-76b194e85509"

/** `roles`, `groups` (or the overage claims) and `wids`, as the registration of the token's audience sets. */
export function membershipClaims(
  emulation: Emulation,
  account: Account,
  audience: AppRegistration,
) {
  const { user } = account
  const roles = user.roles[audience.clientId] ?? []
  const wanted = audience.groupMembershipClaims
  const groups = wanted === "None" || account.guest ? [] : user.groups
  return {
    ...(roles.length > 0 && { roles }),
    ...(groups.length > 0 && groups.length <= maxGroups && { groups }),
    ...(groups.length > maxGroups && overage(emulation, account)),
    ...(wanted === "All" && {
      wids: user.admin ? [globalAdministrator, everyMember] : [everyMember],
    }),
  }
}

function overage(emulation: Emulation, { tenantId, oid }: Account) {
  const { graphHost } = emulation.cloud
  return {
    _claim_names: { groups: "src1" },
    _claim_sources: {
      src1: { endpoint: `https://${graphHost}/${tenantId}/users/${oid}/getMemberObjects` },
    },
  }
}
