import { upstreamFetch } from "@doorward/upstream-client"
import { z } from "zod"
import type { EntraCalls } from "../entra-calls.ts"
import type { EntraScope } from "../scopes.ts"
import { applicationOf, applicationToken } from "./application.ts"
import type { CheckContext } from "./check.ts"

/** What the tenant's directory says about a scope that sign-ins ask for. */
export interface DirectoryScope {
  scope: EntraScope
  exists: boolean
  /** Whether only an administrator can agree to it. */
  adminOnly: boolean
  /** Whether an administrator has agreed for everybody; `undefined` if that may not be read. */
  agreed: boolean | undefined
}

const graphClientId = "00000003-0000-0000-c000-000000000000"

/** Graph's own entry, with the descriptions of all its scopes, is by far the largest. */
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
 * Looks up the scopes in Microsoft Graph. An application needs a permission of its own for that
 * (Application.Read.All; for consents Directory.Read.All), which few have.
 *
 * @returns the scopes of the registration's API and of Graph; `undefined` if they can't be read.
 */
export async function directoryScopes(
  context: CheckContext,
): Promise<readonly DirectoryScope[] | undefined> {
  const { scopes, additionalScopes, registration } = context.settings
  const read = await directoryReader(context)
  const own = await read?.(registration.clientId, applicationSchema)
  const graph = await read?.(graphClientId, applicationSchema)
  if (!read || !own || !graph) return undefined
  const consents = await read(registration.clientId, consentsSchema, "/oauth2PermissionGrants")

  // An API with a registration of its own is not looked up: only its App ID URI is known.
  const isOwn = registration.audiences.includes(registration.clientId)
  return [...scopes, ...additionalScopes].flatMap((scope) => {
    if (scope.owner === "other" || (scope.owner === "api" && !isOwn)) return []
    const { id, oauth2PermissionScopes } = scope.owner === "api" ? own : graph
    const isIt = (value: string) => value.toLowerCase() === scope.name.toLowerCase()
    const entry = oauth2PermissionScopes.find(({ value, isEnabled }) => isEnabled && isIt(value))
    const agreed = consents?.value.some(
      ({ consentType, resourceId, scope: agreedTo }) =>
        consentType === "AllPrincipals" && resourceId === id && agreedTo?.split(" ").some(isIt),
    )
    return [{ scope, exists: entry !== undefined, adminOnly: entry?.type === "Admin", agreed }]
  })
}

type Reader = <T>(appId: string, schema: z.ZodType<T>, path?: string) => Promise<T | undefined>

/** Reads an application's entry; `undefined` if that fails, for whatever reason. */
async function directoryReader(context: CheckContext): Promise<Reader | undefined> {
  const { settings, calls } = context
  const { graphUrl: resource } = settings.registration.authority.cloud
  const application = applicationOf(context)
  if ("obstacle" in application) return undefined
  const token = await applicationToken(application.client, resource).catch(() => undefined)
  if (token === undefined) return undefined
  const options: EntraCalls = { ...calls, maximumBytes }
  const headers = { authorization: `Bearer ${token}` }
  return async (appId, schema, path = "?$select=id,oauth2PermissionScopes") => {
    const url = `${settings.graphUrl ?? resource}/v1.0/servicePrincipals(appId='${appId}')${path}`
    const response = await upstreamFetch(url, { headers }, options).catch(() => undefined)
    if (response?.status !== 200) return undefined
    return schema.safeParse(await response.json().catch(() => undefined)).data
  }
}
