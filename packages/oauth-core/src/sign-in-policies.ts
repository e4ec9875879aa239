import { ConfigurationError, comparableId, isGuid } from "@doorward/boundary"
import type { RefusedSignIn } from "./options.ts"
import type { Identity } from "./ports/identity-provider.ts"

/**
 * Decides whether a person may use this server. Pass one as the `onSignIn` option, which runs at every
 * sign-in and every upstream refresh.
 *
 * @returns the message that refuses the person and the rule behind it, or `undefined` to accept them.
 */
export type SignInPolicy = (identity: Identity) => RefusedSignIn | undefined

/** Options that every policy takes. */
export interface PolicyOptions {
  /**
   * The message for a person who is refused. The MCP client sees it too, so it must not contain a
   * secret. Default: a sentence that says what the policy requires.
   */
  refusal?: string
}

/**
 * Accepts the members and guests of these tenants.
 *
 * @param tenantIds tenant ids (GUIDs), not domain names: a token identifies its tenant by id.
 * @throws {ConfigurationError} if the list is empty or an entry is not a GUID.
 *
 * @example
 * ```ts
 * const onSignIn = allowTenants(["a7ebd260-fe25-45bc-b77b-422f176b10ea"])
 * const proxy = oauthProxy({ baseUrl, provider, store, secret, onSignIn })
 * ```
 */
export function allowTenants(
  tenantIds: readonly string[],
  {
    refusal = "This server is only for certain organizations, and your account belongs to a different one.",
  }: PolicyOptions = {},
): SignInPolicy {
  const tenants = caseless(readList("allowTenants", tenantIds, isGuid, "a tenant id (a GUID)"))
  return ({ tenantId }) => refusedUnless(tenants(tenantId), "tenants", refusal)
}

/**
 * Accepts people whose e-mail address is in one of these domains. Subdomains don't count.
 *
 * An address proves nothing unless somebody has verified it. In Entra ID, the administrators of a
 * tenant can enter any address for their users. So for a provider with tenants, an address counts only
 * if the person's tenant is in `tenants`: list those whose administrators you trust. Without `tenants`,
 * nobody from Entra ID is accepted. For a provider without tenants, an address counts if the provider
 * says `email_verified`. Prefer {@link allowTenants}, {@link allowGroups} or {@link allowRoles} where
 * you can.
 *
 * @throws {ConfigurationError} if the list is empty or an entry is not a domain.
 *
 * @example
 * ```ts
 * const onSignIn = allowEmailDomains(["contoso.com"], {
 *   tenants: ["a7ebd260-fe25-45bc-b77b-422f176b10ea"],
 * })
 * ```
 */
export function allowEmailDomains(
  domains: readonly string[],
  {
    tenants,
    refusal = "This server is only for people in certain e-mail domains. Your address is in a different domain or has not been verified.",
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
    return refusedUnless(isVouchedFor && allowed(domainOf(email)), "domains", refusal)
  }
}

/**
 * Accepts people who are in at least one of these groups. People whose groups the provider does not say
 * are refused as well, with another message, and with `groups_unknown` in the event.
 *
 * @param groupIds the groups as the provider identifies them; for Entra ID, their object ids. A token
 * lists no groups for a person who is in more than 200 of them; `azureProvider({ resolveGroups: true
 * })` then asks Microsoft Graph. It lists none at all unless the app registration has the groups claim.
 * @throws {ConfigurationError} if the list is empty or an entry is blank.
 *
 * @example
 * ```ts
 * const onSignIn = allowGroups(["3f0b2f6c-6a9b-4f0e-9a39-1f5c1f0d3a11"])
 * ```
 */
export function allowGroups(
  groupIds: readonly string[],
  { refusal }: PolicyOptions = {},
): SignInPolicy {
  const allowed = new Set(readList("allowGroups", groupIds, isText, "a group id").map(comparableId))
  return ({ groups }) => {
    if (!groups) return { message: refusal ?? GROUPS_UNKNOWN, rule: "groups_unknown" }
    const isMember = groups.some((group) => allowed.has(comparableId(group)))
    return refusedUnless(isMember, "groups", refusal ?? IN_NO_GROUP)
  }
}

const IN_NO_GROUP =
  "This server is only for members of certain groups, and you aren't in any of them."
const GROUPS_UNKNOWN =
  "This server is only for members of certain groups, and your sign-in does not say which groups you are in. Ask whoever runs the server: the app registration must put groups into tokens."

/**
 * Accepts people who have at least one of these app roles.
 *
 * @param roles the values of the roles as the app registration defines them. They are case-sensitive.
 * @throws {ConfigurationError} if the list is empty or an entry is blank.
 *
 * @example
 * ```ts
 * const onSignIn = allowRoles(["Tickets.Reader"], { refusal: "Ask the help desk for access." })
 * ```
 */
export function allowRoles(
  roles: readonly string[],
  {
    refusal = "This server is only for people with certain roles, and you don't have any of them. An administrator can assign one.",
  }: PolicyOptions = {},
): SignInPolicy {
  const allowed = new Set(readList("allowRoles", roles, isText, "the value of a role"))
  return ({ roles }) => {
    const hasRole = roles.some((role) => allowed.has(role))
    return refusedUnless(hasRole, "roles", refusal)
  }
}

/**
 * Accepts these people only.
 *
 * @param subjects the people as the provider identifies them for good, `Identity.subject`; for Entra ID
 * `tenant id.object id`, not a user name or an address, which can pass to somebody else.
 * @throws {ConfigurationError} if the list is empty or an entry is blank.
 *
 * @example
 * ```ts
 * const onSignIn = allowPeople([
 *   "a7ebd260-fe25-45bc-b77b-422f176b10ea.5f2b8c1e-0d1a-4c5e-9b7f-3f7a1f0c2d11",
 * ])
 * ```
 */
export function allowPeople(
  subjects: readonly string[],
  {
    refusal = "This server is only for certain people, and you aren't one of them.",
  }: PolicyOptions = {},
): SignInPolicy {
  const listed = readList("allowPeople", subjects, isText, "the subject of a person")
  const allowed = new Set(listed.map(comparableId))
  return ({ subject }) => refusedUnless(allowed.has(comparableId(subject)), "people", refusal)
}

/**
 * Accepts people whom every policy accepts. Anybody else gets the first refusal.
 *
 * @throws {ConfigurationError} if no policy is given.
 *
 * @example
 * ```ts
 * const onSignIn = allOf(allowTenants([tenantId]), allowRoles(["Tickets.Reader"]))
 * ```
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
 * Accepts people whom at least one policy accepts. Anybody else gets the last refusal.
 *
 * @throws {ConfigurationError} if no policy is given.
 *
 * @example
 * ```ts
 * const onSignIn = anyOf(allowRoles(["Tickets.Reader"]), allowGroups([auditorsGroupId]))
 * ```
 */
export function anyOf(...policies: readonly SignInPolicy[]): SignInPolicy {
  if (policies.length === 0) throw problem("anyOf", "needs at least one policy")
  return (identity) => {
    let refusal: RefusedSignIn | undefined
    for (const policy of policies) {
      refusal = policy(identity)
      if (refusal === undefined) return undefined
    }
    return refusal
  }
}

const refusedUnless = (
  isAllowed: boolean,
  rule: string,
  message: string,
): RefusedSignIn | undefined => (isAllowed ? undefined : { message, rule })

/** An empty list is a mistake: it would accept nobody, and usually means that a variable is not set. */
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

/** Returns a function that says whether a value is in the list, ignoring case. */
function caseless(values: readonly string[] = []): (value: string | undefined) => boolean {
  const known = new Set(values.map((value) => value.toLowerCase()))
  return (value) => value !== undefined && known.has(value.toLowerCase())
}

const isDomain = (text: string) => /^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(text)
const isText = (text: string) => text.trim() !== ""

/** `undefined` unless the text is one plain address: a quoted part could hide another domain. */
const domainOf = (email: string | undefined): string | undefined =>
  /^[^\s@"]+@([^\s@"]+)$/.exec(email ?? "")?.[1]
