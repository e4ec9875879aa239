import { isLoopbackHost, readOptions } from "@doorward/boundary"
import { secretDigestsOf, staticClient } from "./flow/clients/static-client.ts"
import type { Settings } from "./flow/settings.ts"
import type { OAuthProxyOptions, ResourceServer } from "./options.ts"
import { issuerOf } from "./options-cross-checks.ts"
import { optionsSchema } from "./options-schema.ts"
import { grantTypes } from "./protocol/grant-type.ts"
import { withoutOidcScopes } from "./protocol/scope.ts"
import { endpointPaths } from "./protocol/server-metadata.ts"

const day = 24 * 60 * 60

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {ConfigurationError} listing every mistake at once.
 */
export function readSettings(options: OAuthProxyOptions): Settings {
  readOptions("oauthProxy", optionsSchema, options)
  const { provider, scopes = {}, registration = true, lifetimes = {} } = options
  const issuer = issuerOf(options.baseUrl)
  const allScopes = withoutOidcScopes([...new Set([...provider.scopes, ...Object.keys(scopes)])])
  const resources = (options.resources ?? [{ resource: `${issuer}/mcp` }]).map((resource) =>
    protectedResource(resource, allScopes),
  )
  const everywhere = resources.map(({ resource }) => resource)
  const clientCredentials = new Map(
    (options.clients ?? []).flatMap(({ clientId, clientCredentials: given }) =>
      given ? [[clientId, { resources: everywhere, scopes: [], ...given }] as const] : [],
    ),
  )
  const tokenExchange = new Map(
    (options.clients ?? []).flatMap(({ clientId, tokenExchange: given }) =>
      given ? [[clientId, { scopes: [], ...given }] as const] : [],
    ),
  )
  return {
    issuer,
    callbackUrl: `${issuer}${endpointPaths.callback}`,
    loopback: isLoopbackHost(new URL(issuer).hostname),
    resources,
    clients: new Map(
      (options.clients ?? []).map((client) => [client.clientId, staticClient(client)]),
    ),
    secretDigests: new Map(
      (options.clients ?? [])
        .filter(({ clientSecretHash }) => clientSecretHash !== undefined)
        .map((client) => [client.clientId, secretDigestsOf(client)]),
    ),
    clientCredentials,
    tokenExchange,
    grantTypes: grantTypes.filter((type) => {
      switch (type) {
        case "client_credentials":
          return clientCredentials.size > 0
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
          return (options.identityAssertionIssuers ?? []).length > 0
        case "urn:ietf:params:oauth:grant-type:device_code":
          return options.deviceAuthorization ?? false
        case "urn:ietf:params:oauth:grant-type:token-exchange":
          return tokenExchange.size > 0
        default:
          return true
      }
    }),
    scopeDescriptions: scopes,
    consent: options.consent ?? "always",
    registration:
      typeof registration === "boolean"
        ? { open: registration }
        : { open: true, accessToken: registration.accessToken },
    metadataHosts: options.clientMetadataHosts,
    redirectUriPatterns: options.redirectUriPatterns?.map(
      ({ source, flags }) => new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, "")),
    ),
    lifetimes: {
      accessToken: 1000 * (lifetimes.accessToken ?? 60 * 60),
      grantIdle: 1000 * (lifetimes.grantIdle ?? 30 * day),
      grant: 1000 * (lifetimes.grant ?? 90 * day),
    },
  }
}

const protectedResource = (
  { resource, name, scopes }: ResourceServer,
  allScopes: readonly string[],
) => ({
  resource,
  name: name ?? new URL(resource).host,
  scopes: withoutOidcScopes(scopes ?? allScopes),
})
