import type { SignatureAlgorithm } from "@doorward/jwt-verifier"
import {
  type IdentityProvider,
  type OAuthProxy,
  oauthProxy,
  type ServerEvent,
  type Store,
} from "@doorward/oauth-core"
import { nodeDocumentFetcher } from "@doorward/oauth-core/node"
import { defined } from "./configuration/defined.ts"
import type { Configuration } from "./configuration/read-configuration.ts"
import type { Endpoint } from "./endpoints.ts"
import { createClientAddress } from "./http/client-address.ts"
import type { ClosableLimiter } from "./http/limiter.ts"
import { type Logger, logEvent } from "./operations/log.ts"
import { signInPolicy } from "./sign-in-policy.ts"
import { fromSettings } from "./wrong-setting.ts"

/** What the authorization server stands on. */
export interface Foundations {
  provider: IdentityProvider
  store: Store
  secret: string | readonly string[]
  limiter: ClosableLimiter
  endpoints: readonly Endpoint[]
  log: Logger
  now: () => number
}

/**
 * The authorization server that the configuration describes, for tokens of every endpoint.
 *
 * @throws {ConfigurationError} naming each setting.
 */
export function createAuthorizationServer(
  configuration: Configuration,
  { provider, store, secret, limiter, endpoints, log, now }: Foundations,
): OAuthProxy {
  const { clients, clientMetadata, lifetimes, baseUrl } = configuration
  const options = defined({
    baseUrl,
    provider,
    store,
    secret,
    resources: endpoints.map(({ resource, name, scopes }) => defined({ resource, name, scopes })),
    scopes: scopesOf(configuration, provider),
    lifetimes: lifetimes && defined(lifetimes),
    consent: configuration.consent,
    operator: configuration.operator,
    documentation: configuration.documentation ?? new URL(baseUrl).href,
    clients: clients?.map(({ clientCredentials, tokenExchange, ...client }) => ({
      ...defined(client),
      ...(clientCredentials && { clientCredentials: defined(clientCredentials) }),
      ...(tokenExchange && { tokenExchange: defined(tokenExchange) }),
    })),
    identityAssertionIssuers: configuration.identityAssertionIssuers?.map(
      ({ algorithms, ...issuer }) => ({
        ...defined(issuer),
        // A name that is not one of them is refused below.
        ...(algorithms && { algorithms: algorithms as SignatureAlgorithm[] }),
      }),
    ),
    registration: configuration.registration,
    dpop: configuration.dpop,
    deviceAuthorization: configuration.deviceAuthorization,
    fetchDocument: clientMetadata.enabled
      ? nodeDocumentFetcher({ allowLoopback: configuration.loopback })
      : undefined,
    clientMetadataHosts: clientMetadata.hosts,
    redirectUriPatterns: configuration.redirectUriPatterns,
    resourceServers: configuration.resourceServers,
    onSignIn: signInPolicy(configuration),
    limiter,
    clientAddress: createClientAddress(configuration),
    onEvent: (event: ServerEvent) => logEvent(log, event),
    now,
  })
  return fromSettings(
    configuration,
    (option) => settingOf(option, endpoints),
    () => oauthProxy(options),
  )
}

/** A scope that the provider does not know would count as this server's own. */
function scopesOf({ scopeDescriptions }: Configuration, provider: IdentityProvider) {
  return provider.scopes.includes("User.Read")
    ? { "User.Read": "Read your Microsoft 365 profile", ...scopeDescriptions }
    : (scopeDescriptions ?? {})
}

/** The path of the setting that an option of the authorization server comes from. */
function settingOf(option: string, endpoints: readonly Endpoint[]): string {
  const [name, index, ...rest] = option.split(".")
  if (name === "scopes") return ["scopeDescriptions", ...option.split(".").slice(1)].join(".")
  if (name === "clientMetadataHosts") return "clientMetadata.hosts"
  const endpoint = name === "resources" ? endpoints[Number(index)] : undefined
  return endpoint ? [endpoint.setting, ...rest].join(".") : option
}
