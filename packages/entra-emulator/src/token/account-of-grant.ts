import { EntraError, longTime } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "../directory/app-registration.ts"
import type { Account } from "../directory/directory.ts"
import { type Emulation, v1IssuerOf } from "../state/emulation.ts"
import type { Grant } from "../state/grants.ts"

/**
 * The account that a code or refresh token was issued to, if it may still get tokens.
 *
 * @param issuedAt when that code or token was issued.
 * @throws {EntraError} 50034, 50020, 50057, 50173 or 50105.
 */
export function accountOfGrant(
  emulation: Emulation,
  client: AppRegistration,
  grant: Grant,
  issuedAt: number,
): Account {
  const { directory } = emulation
  const user = directory.user(grant.session.username)
  const tenant = directory.tenant(grant.tenantId)
  if (!user) throw new EntraError(50034, { tenant: tenant.name })
  const account = directory.account(user, tenant.id)
  if (!account) {
    const values = {
      identityProvider: v1IssuerOf(emulation, user.tenantId),
      tenant: tenant.name,
      app: client.clientId,
      name: client.name,
    }
    throw new EntraError(50020, values)
  }
  if (user.disabled) throw new EntraError(50057)
  const validFrom = emulation.tokensValidFrom.get(user.username)
  if (validFrom !== undefined && grant.session.authTime < validFrom) {
    throw new EntraError(50173, { issued: longTime(issuedAt), validFrom: longTime(validFrom) })
  }
  if (client.assignmentRequired && (user.roles[client.clientId] ?? []).length === 0) {
    throw new EntraError(50105, { name: client.name, app: client.clientId })
  }
  return account
}
