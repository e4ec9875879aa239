import { ConfigurationError } from "@doorward/boundary"
import type { Identity } from "./ports/identity-provider.ts"

/**
 * Decides at every sign-in, and at every refresh of one, whether a person may use this server: fits the
 * `onSignIn` option.
 *
 * @returns the text that refuses them, or `undefined` to let them in.
 */
export type SignInPolicy = (identity: Identity) => string | undefined

export interface PolicyOptions {
  /** What a person who is refused is told. It must name no secret: the MCP client sees it too. */
  refusal?: string
}

/**
 * Lets in the members, and the guests, of these tenants.
 *
 * @param tenantIds tenant ids (GUIDs), never domain names: a token names its tenant by id.
 * @throws {ConfigurationError} if there is none, or one is not a GUID.
 */
export function allowTenants(
  tenantIds: readonly string[],
  {
    refusal = "This server is for certain organizations, and your account is in another one.",
  }: PolicyOptions = {},
): SignInPolicy {
  const tenants = caseless(readList("allowTenants", tenantIds, isGuid, "a tenant id (a GUID)"))
  return ({ tenantId }) => (tenants(tenantId) ? undefined : refusal)
}

/**
 * Lets in people whose e-mail address is in one of these domains, exactly: a subdomain is another one.
 *
 * An address proves something only where somebody answers for it. In Entra ID an administrator of any
 * tenant can enter any address for their users, so it counts for people of `tenants` only, whose
 * administrators you trust with it; without `tenants` nobody of Entra ID is let in. From a provider
 * without tenants it counts if the provider says `email_verified`. Better than addresses are
 * {@link allowTenants}, {@link allowGroups} and {@link allowRoles}.
 *
 * @throws {ConfigurationError} if there is no domain, or one is not a domain.
 */
export function allowEmailDomains(
  domains: readonly string[],
  {
    tenants,
    refusal = "This server is for people of certain domains, and your e-mail address is in another one, or nobody has verified it.",
  }: PolicyOptions & { tenants?: readonly string[] } = {},
): SignInPolicy {
  const allowed = caseless(
    readList("allowEmailDomains", domains, isDomain, "a domain such as example.com"),
  )
  const trusted = caseless(
    tenants && readList("allowEmailDomains tenants", tenants, isGuid, "a tenant id (a GUID)"),
  )
  return ({ email, tenantId, claims }) => {
    const isVouchedFor = tenantId === undefined ? claims.email_verified === true : trusted(tenantId)
    return isVouchedFor && allowed(domainOf(email)) ? undefined : refusal
  }
}

/**
 * Lets in people who are in at least one of these groups.
 *
 * @param groupIds as the provider names groups: for Entra ID their object ids. A person in more than 200
 * has none in their token; `azureProvider({ resolveGroups: true })` asks Microsoft Graph for them.
 * @throws {ConfigurationError} if there is none.
 */
export function allowGroups(
  groupIds: readonly string[],
  {
    refusal = "This server is for members of certain groups, and you are in none of them.",
  }: PolicyOptions = {},
): SignInPolicy {
  const allowed = new Set(readList("allowGroups", groupIds, isText, "a group id").map(groupId))
  return ({ groups }) => (groups.some((group) => allowed.has(groupId(group))) ? undefined : refusal)
}

/**
 * Lets in people who have at least one of these app roles.
 *
 * @param roles the values of the roles, as the app registration defines them; upper and lower case differ.
 * @throws {ConfigurationError} if there is none.
 */
export function allowRoles(
  roles: readonly string[],
  {
    refusal = "This server is for people with certain roles, and you have none of them. An administrator can assign one.",
  }: PolicyOptions = {},
): SignInPolicy {
  const allowed = new Set(readList("allowRoles", roles, isText, "the value of a role"))
  return (identity) => (identity.roles.some((role) => allowed.has(role)) ? undefined : refusal)
}

/**
 * Lets in whom every policy lets in; the first refusal is the one that is told.
 *
 * @throws {ConfigurationError} if there is no policy.
 */
export function allOf(...policies: readonly SignInPolicy[]): SignInPolicy {
  if (policies.length === 0) throw problem("allOf", "needs at least one policy")
  return (identity) => {
    for (const policy of policies) {
      const refusal = policy(identity)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }
}

/**
 * Lets in whom at least one policy lets in; the last refusal is the one that is told.
 *
 * @throws {ConfigurationError} if there is no policy.
 */
export function anyOf(...policies: readonly SignInPolicy[]): SignInPolicy {
  if (policies.length === 0) throw problem("anyOf", "needs at least one policy")
  return (identity) => {
    let refusal: string | undefined
    for (const policy of policies) {
      refusal = policy(identity)
      if (refusal === undefined) return undefined
    }
    return refusal
  }
}

/** An empty list would let nobody in, or be a variable that was never set: it is a mistake. */
function readList(
  policy: string,
  values: readonly string[],
  isValid: (value: string) => boolean,
  what: string,
): readonly string[] {
  const wrong = values.find((value) => !isValid(value))
  if (wrong !== undefined) throw problem(policy, `"${wrong}" is not ${what}`)
  if (values.length === 0) throw problem(policy, `needs at least one entry: ${what}`)
  return values
}

const problem = (policy: string, message: string) =>
  new ConfigurationError(policy, [{ option: "", message }])

/** Whether a value is in the list, upper or lower case alike. */
function caseless(values: readonly string[] = []): (value: string | undefined) => boolean {
  const known = new Set(values.map((value) => value.toLowerCase()))
  return (value) => value !== undefined && known.has(value.toLowerCase())
}

const isGuid = (text: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)
/** Upper and lower case are alike in a GUID, and differ in a name. */
const groupId = (text: string) => (isGuid(text) ? text.toLowerCase() : text)
const isDomain = (text: string) => /^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(text)
const isText = (text: string) => text.trim() !== ""

/** `undefined` for what is not one plain address: a quoted part could hide another domain. */
const domainOf = (email: string | undefined): string | undefined =>
  /^[^\s@"]+@([^\s@"]+)$/.exec(email ?? "")?.[1]
