import { ConfigurationError } from "../ports/errors.ts"
import type { IdentityProvider } from "../ports/identity-provider.ts"
import type { ProtectedResource } from "../oauth-proxy.ts"
import { withoutOidcScopes } from "../protocol/scope.ts"
import { endpointPaths } from "../protocol/server-metadata.ts"
import { type Client, type StaticClient, staticClient } from "../ports/client.ts"

export interface Settings {
  /** As clients see it; endpoints are below it. */
  readonly issuer: string
  readonly callbackUrl: string
  /** Whether the server itself is on loopback, for development. */
  readonly loopback: boolean
  readonly resources: readonly ProtectedResource[]
  readonly clients: ReadonlyMap<string, Client>
  /** Words for scopes, for the consent page. */
  readonly scopeDescriptions: Readonly<Record<string, string>>
  readonly consent: ConsentMode
  readonly registration: RegistrationSettings
  readonly metadataHosts: readonly string[] | undefined
  readonly redirectUriPatterns: readonly RegExp[] | undefined
  /** Milliseconds. */
  readonly lifetimes: Lifetimes
}

/**
 * When a person is asked.
 *
 * - `always`: at every sign-in.
 * - `remember`: once in 30 days for the same person, client, redirect URI, scopes and resource.
 * - `never`: not at all. Pre-registered clients only.
 */
export type ConsentMode = "always" | "remember" | "never"

export interface RegistrationSettings {
  /** Whether clients may register themselves. */
  readonly open: boolean
  /** If set, only with this initial access token (RFC 7591 §3). */
  readonly accessToken?: string
}

export interface Lifetimes {
  readonly accessToken: number
  readonly grantIdle: number
  readonly grant: number
}

/** The part of the options that says how the server behaves. */
export interface SettingsOptions {
  /**
   * Where clients reach the server: https, or http on loopback. It is the issuer, and endpoints are
   * below it; a Host header never is.
   */
  baseUrl: string
  /** The resource servers that tokens are issued for. Default: `{baseUrl}/mcp`, with every scope. */
  resources?: readonly (Pick<ProtectedResource, "resource"> & Partial<ProtectedResource>)[]
  /**
   * What scopes mean, in words for the consent page. A scope that the provider does not know is
   * Doorward's own: it is granted by the person's consent alone.
   */
  scopes?: Readonly<Record<string, string>>
  /** Clients that need not register. */
  clients?: readonly StaticClient[]
  /** Default `always`. */
  consent?: ConsentMode
  /** Whether clients may register themselves, or the token they need for it. Default true. */
  registration?: boolean | { accessToken: string }
  /** The hosts whose client metadata documents are accepted. Default: any. */
  clientMetadataHosts?: readonly string[]
  /** If set, a redirect URI must match one of these as a whole. */
  redirectUriPatterns?: readonly RegExp[]
  lifetimes?: {
    /** Seconds. Default one hour. */
    accessToken?: number
    /** Seconds that a grant lives unused. Default 30 days. */
    grantIdle?: number
    /** Seconds that a grant lives at most. Default 90 days. */
    grant?: number
  }
}

const day = 24 * 60 * 60

/** @throws {ConfigurationError} naming the option and the mend. */
export function readSettings(options: SettingsOptions, provider: IdentityProvider): Settings {
  const { issuer, loopback } = readBaseUrl(options.baseUrl)
  const { scopes = {}, registration = true, lifetimes = {} } = options
  const allScopes = withoutOidcScopes([...new Set([...provider.scopes, ...Object.keys(scopes)])])
  const given = options.resources ?? [{ resource: `${issuer}/mcp` }]
  if (given.length === 0) throw new ConfigurationError("resources must name at least one resource")
  const accessToken = typeof registration === "object" ? registration.accessToken : undefined
  if (accessToken !== undefined && accessToken.length < 32) {
    throw new ConfigurationError("registration.accessToken must have at least 32 characters")
  }
  return {
    issuer,
    callbackUrl: `${issuer}${endpointPaths.callback}`,
    loopback,
    resources: given.map((resource) => readResource(resource, allScopes)),
    clients: new Map(
      (options.clients ?? []).map((client) => [client.clientId, staticClient(client)]),
    ),
    scopeDescriptions: scopes,
    consent: options.consent ?? "always",
    registration: {
      open: registration !== false,
      ...(accessToken === undefined ? {} : { accessToken }),
    },
    metadataHosts: options.clientMetadataHosts,
    redirectUriPatterns: options.redirectUriPatterns?.map(
      ({ source, flags }) => new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, "")),
    ),
    lifetimes: {
      accessToken: seconds("accessToken", lifetimes.accessToken ?? 60 * 60),
      grantIdle: seconds("grantIdle", lifetimes.grantIdle ?? 30 * day),
      grant: seconds("grant", lifetimes.grant ?? 90 * day),
    },
  }
}

function readBaseUrl(baseUrl: string): { issuer: string; loopback: boolean } {
  const url = URL.parse(baseUrl)
  if (!url) throw new ConfigurationError(`baseUrl is not a URL: ${baseUrl}`)
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    throw new ConfigurationError("baseUrl must be https, or http on localhost for development")
  }
  if (url.search || url.hash || url.username || url.password) {
    throw new ConfigurationError("baseUrl must have no query, fragment or user information")
  }
  // Clients compare issuers as text, and a trailing slash breaks the strict ones.
  return { issuer: url.href.replace(/\/+$/, ""), loopback }
}

function readResource(
  given: Pick<ProtectedResource, "resource"> & Partial<ProtectedResource>,
  allScopes: readonly string[],
): ProtectedResource {
  const url = URL.parse(given.resource)
  if (!url || url.hash || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(
      `resources: ${given.resource} must be an http(s) URL without a fragment`,
    )
  }
  const scopes = withoutOidcScopes(given.scopes ?? allScopes)
  const unknown = scopes.find((scope) => !allScopes.includes(scope))
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `resources: the scope ${unknown} of ${given.resource} is neither the provider's nor in scopes`,
    )
  }
  return { name: url.host, ...given, scopes }
}

function seconds(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 1) return value * 1000
  throw new ConfigurationError(`lifetimes.${name} must be a number of seconds, at least 1`)
}
