import { type UpstreamFetchOptions, upstreamFetch } from "@doorward/provider-oidc/upstream"
import { z } from "zod"
import type { EntraScope } from "../scopes.ts"
import { applicationOf, applicationToken } from "./application.ts"
import type { CheckContext } from "./check.ts"

/** What the tenant's directory says of a scope that sign-ins ask for. */
export interface DirectoryScope {
  scope: EntraScope
  exists: boolean
  /** Whether only an administrator can agree to it. */
  adminOnly: boolean
  /** Whether an administrator has agreed for everybody; `undefined` if that may not be read. */
  agreed: boolean | undefined
}

const graphClientId = "00000003-0000-0000-c000-000000000000"

/** Graph's own entry, with the descriptions of all its scopes, is by far the longest. */
const maximumBytes = 4 * 1024 * 1024

const applicationSchema = z.object({
  id: z.string(),
  oauth2PermissionScopes: z.array(
    z.object({ value: z.string(), type: z.string(), isEnabled: z.boolean() }),
  ),
})

const consentsSchema = z.object({
  value: z.array(
    z.object({ consentType: z.string(), resourceId: z.string(), scope: z.string().nullish() }),
  ),
})

/**
 * Looks the scopes up in Microsoft Graph, which an application may do only with a permission of its own
 * (Application.Read.All; for consents Directory.Read.All). Few have one.
 *
 * @returns the scopes of the registration's API and of Graph; `undefined` if they may not be read.
 */
export async function directoryScopes(
  context: CheckContext,
): Promise<readonly DirectoryScope[] | undefined> {
  const { requiredScopes, additionalScopes, registration } = context.settings
  const read = await directoryReader(context)
  const own = await read?.(registration.clientId, applicationSchema)
  const graph = await read?.(graphClientId, applicationSchema)
  if (!read || !own || !graph) return undefined
  const consents = await read(registration.clientId, consentsSchema, "/oauth2PermissionGrants")

  // An API that is another registration is not looked up: only its App ID URI is known.
  const isOwn = registration.audiences.includes(registration.clientId)
  return [...requiredScopes, ...additionalScopes].flatMap((scope) => {
    if (scope.owner === "other" || (scope.owner === "api" && !isOwn)) return []
    const { id, oauth2PermissionScopes } = scope.owner === "api" ? own : graph
    const isIt = (value: string) => value.toLowerCase() === scope.name.toLowerCase()
    const entry = oauth2PermissionScopes.find(({ value, isEnabled }) => isEnabled && isIt(value))
    const agreed = consents?.value.some(
      ({ consentType, resourceId, scope: scopes }) =>
        consentType === "AllPrincipals" && resourceId === id && scopes?.split(" ").some(isIt),
    )
    return [{ scope, exists: entry !== undefined, adminOnly: entry?.type === "Admin", agreed }]
  })
}

type Reader = <T>(appId: string, schema: z.ZodType<T>, path?: string) => Promise<T | undefined>

/** Reads an application's entry, `undefined` whatever the reason why it can't. */
async function directoryReader(context: CheckContext): Promise<Reader | undefined> {
  const { settings, calls } = context
  const { graphUrl: resource } = settings.registration.authority.cloud
  const application = applicationOf(context)
  if ("obstacle" in application) return undefined
  const token = await applicationToken(application.client, resource).catch(() => undefined)
  if (token === undefined) return undefined
  const options: UpstreamFetchOptions = { ...calls, maximumBytes }
  const headers = { authorization: `Bearer ${token}` }
  return async (appId, schema, path = "?$select=id,oauth2PermissionScopes") => {
    const url = `${settings.graphUrl ?? resource}/v1.0/servicePrincipals(appId='${appId}')${path}`
    const response = await upstreamFetch(url, { headers }, options).catch(() => undefined)
    if (response?.status !== 200) return undefined
    return schema.safeParse(await response.json().catch(() => undefined)).data
  }
}
