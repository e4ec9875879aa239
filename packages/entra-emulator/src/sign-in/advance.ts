import { EntraError } from "../aadsts/entra-error.ts"
import { decideAccess } from "../directory/conditional-access.ts"
import { type Permission, permissionsOf } from "../directory/consent.ts"
import type { Account } from "../directory/directory.ts"
import { parseScopes, userInfoScopes } from "../directory/scopes.ts"
import { consumersTenantId, graphClientId } from "../directory/well-known-ids.ts"
import { type Emulation, v1IssuerOf } from "../state/emulation.ts"
import type { SignInSession } from "../state/grants.ts"
import type { Transaction } from "../state/transaction.ts"
import { finish, redirectRefusal } from "./finish.ts"
import type { Outcome } from "./outcome.ts"

/**
 * Decides the next step of a sign-in: choosing an account, checking its assignment, the second factor, the
 * permissions, and the end.
 *
 * With `prompt=none`, a step that needs a page is refused instead.
 */
export function advance(emulation: Emulation, transaction: Transaction): Outcome {
  const outcome = nextStep(emulation, transaction)
  const silent = outcome.kind === "refused" && transaction.prompt === "none"
  return silent ? redirectRefusal(emulation, transaction, outcome.refusal) : outcome
}

function nextStep(emulation: Emulation, transaction: Transaction): Outcome {
  const { session } = transaction
  if (!session) return askWho(emulation, transaction)
  const account = accountOf(emulation, transaction, session)
  if (account instanceof EntraError) return refuse(transaction, account)
  if (account.user.disabled) return askWho(emulation, transaction, new EntraError(50057).message)
  try {
    return (
      checkAssignment(transaction, account) ??
      checkAccess(emulation, transaction, session, account) ??
      checkConsent(emulation, transaction, account) ??
      finish(emulation, transaction, session, account)
    )
  } catch (error) {
    if (error instanceof EntraError) return refuse(transaction, error)
    throw error
  }
}

/** Shows the sign-in page. */
export function askWho(emulation: Emulation, transaction: Transaction, problem?: string): Outcome {
  if (transaction.prompt === "none") return refuse(transaction, new EntraError(50058))
  const { authority, domainHint } = transaction
  const all = emulation.directory
    .accounts(authority.kind === "tenant" ? authority.tenant.id : undefined)
    .filter((account) => authority.kind === "tenant" || suitsAlias(account, authority.alias))
  const ofDomain = all.filter(({ user }) => user.username.endsWith(`@${domainHint}`))
  const accounts = domainHint !== undefined && ofDomain.length > 0 ? ofDomain : all
  return { kind: "sign-in", transaction, accounts, ...(problem !== undefined && { problem }) }
}

function accountOf(
  emulation: Emulation,
  transaction: Transaction,
  session: SignInSession,
): Account | EntraError {
  const { authority, client } = transaction
  const user = emulation.directory.user(session.username)
  const tenantId = authority.kind === "tenant" ? authority.tenant.id : user?.tenantId
  if (!user || !tenantId) return new EntraError(50034, { tenant: "requested" })
  const account = emulation.directory.account(user, tenantId)
  const suits =
    account &&
    (authority.kind === "tenant" || suitsAlias(account, authority.alias)) &&
    (tenantId !== consumersTenantId || client.signInAudience !== "AzureADMultipleOrgs")
  if (suits) return account
  return new EntraError(50020, {
    identityProvider: v1IssuerOf(emulation, user.tenantId),
    tenant: authority.kind === "tenant" ? authority.tenant.name : authority.alias,
    app: client.clientId,
    name: client.name,
  })
}

function suitsAlias(account: Account, alias: "common" | "organizations" | "consumers"): boolean {
  const personal = account.user.tenantId === consumersTenantId
  return alias === "common" || (alias === "consumers") === personal
}

function checkAssignment(transaction: Transaction, { user }: Account): Outcome | undefined {
  const { client } = transaction
  if (!client.assignmentRequired || (user.roles[client.clientId] ?? []).length > 0) return undefined
  return refuse(transaction, new EntraError(50105, { name: client.name, app: client.clientId }))
}

function checkAccess(
  emulation: Emulation,
  transaction: Transaction,
  session: SignInSession,
  account: Account,
): Outcome | undefined {
  const { claims, client, prompt } = transaction
  const requested = parseScopes(
    transaction.scope,
    client,
    emulation.directory.tenant(account.tenantId),
    emulation.directory,
  )
  const asked = requested.resources.map((entry) => entry.resource.clientId)
  const resources = asked.length > 0 ? asked : [graphClientId]
  const decision = decideAccess(emulation.policies, {
    user: account.user,
    mfa: session.mfa,
    resources,
  })
  if (decision.kind === "block") return refuse(transaction, new EntraError(53003))
  const wanted = claims.acrs.some((acr) => !session.acrs.includes(acr))
  if (decision.kind === "allow" && !wanted && (session.mfa || !claims.mfa)) return undefined
  const enrolment = !account.user.mfaRegistered
  if (prompt === "none") {
    const [resource = graphClientId] = resources
    return refuse(transaction, new EntraError(enrolment ? 50079 : 50076, { resource }))
  }
  return { kind: "mfa", transaction, account, enrolment }
}

function checkConsent(
  emulation: Emulation,
  transaction: Transaction,
  account: Account,
): Outcome | undefined {
  const { client, prompt, purpose } = transaction
  const forOrganization = purpose.kind === "admin-consent"
  if (forOrganization && !isAdministrator(account))
    return refuseToUser(emulation, transaction, account)
  if (transaction.consented) return undefined
  const asked = forOrganization ? purpose.permissions : askedFor(emulation, transaction, account)
  const again = forOrganization || prompt === "consent"
  const permissions = again ? asked : emulation.consents.missing(account, client, asked)
  if (permissions.length === 0) return undefined
  if (prompt === "none") {
    const values = { app: client.clientId, name: client.name }
    return refuse(transaction, new EntraError(65001, values))
  }
  const tenant = emulation.directory.tenant(account.tenantId)
  const mayConsent = tenant.userConsent && !permissions.some(({ adminOnly }) => adminOnly)
  if (!isAdministrator(account) && !mayConsent) return refuseToUser(emulation, transaction, account)
  return { kind: "permissions", transaction, account, permissions, forOrganization }
}

/** The permissions that the request asks for, in the tenant that the account signs in to. */
export function askedFor(
  emulation: Emulation,
  transaction: Transaction,
  account: Account,
): Permission[] {
  const { directory } = emulation
  const tenant = directory.tenant(account.tenantId)
  const requested = parseScopes(transaction.scope, transaction.client, tenant, directory)
  return permissionsOf(requested, transaction.client, userInfoScopes(directory).resource)
}

function isAdministrator(account: Account): boolean {
  return account.user.admin && !account.guest
}

function refuseToUser(emulation: Emulation, transaction: Transaction, account: Account): Outcome {
  const tenant = emulation.directory.tenant(account.tenantId)
  const values = { tenant: tenant.name, name: transaction.client.name }
  return refuse(transaction, new EntraError(90094, values))
}

function refuse(transaction: Transaction, refusal: EntraError): Outcome {
  return { kind: "refused", transaction, refusal }
}
