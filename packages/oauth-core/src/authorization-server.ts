import type { DocumentFetcher } from "./ports/document-fetcher.ts"
import type { ServerEvent } from "./ports/events.ts"
import { checkAccessToken } from "./flow/tokens/check.ts"
import { createClientDocuments } from "./flow/clients/documents.ts"
import type { Deps, Hooks } from "./flow/deps.ts"
import { endGrantsOf } from "./flow/grants/end-grants.ts"
import { createGrantLookup } from "./flow/grant-lookup.ts"
import { readSettings, type SettingsOptions } from "./flow/settings.ts"
import { createUpstreamLease } from "./flow/upstream/lease.ts"
import { createHttpContext, type HttpOptions } from "./http/context.ts"
import { createRoutes } from "./http/routes.ts"
import type { IdentityProvider } from "./ports/identity-provider.ts"
import type { OAuthProxy } from "./oauth-proxy.ts"
import { copyRecords } from "./records/copy-records.ts"
import { createRecords } from "./records/record-store.ts"
import { resealRecords } from "./records/reseal-records.ts"
import type { Store } from "./ports/store.ts"
import { createAccessTokens } from "./access-tokens/access-token.ts"
import { createBrowserBinding } from "./tokens/browser-binding.ts"
import { createSealer } from "./tokens/seal.ts"
import { deriveSecrets, readSecrets } from "./tokens/secret.ts"
import { createSigningKeys } from "./access-tokens/signing-keys.ts"

export interface OAuthProxyOptions extends SettingsOptions, HttpOptions, Hooks {
  /** Where people sign in. */
  provider: IdentityProvider
  store: Store
  /**
   * 32 random bytes in base64url. A list (or a comma-separated text) rotates: the first seals, all of
   * them open. Every instance needs the same.
   */
  secret: string | readonly string[]
  /** Fetches client metadata documents and keys. Without it, clients cannot be known by a URL. */
  fetchDocument?: DocumentFetcher
  /** Hears of everything that happens, with identifiers but no secrets. It must not throw. */
  onEvent?: (event: ServerEvent) => void
  /** Milliseconds since the epoch; for tests. */
  now?: () => number
  /** For tests. */
  sleep?: (milliseconds: number) => Promise<void>
}

/**
 * An OAuth 2.1 authorization server for MCP clients, in front of an identity provider that knows only
 * one client: ours.
 *
 * @throws {ConfigurationError} naming the option and the mend.
 *
 * @example
 * ```ts
 * const proxy = oauthProxy({ baseUrl: "https://mcp.example.com", provider, store, secret })
 * const app = new Hono().route("/", proxy.app)
 * ```
 */
export function oauthProxy(options: OAuthProxyOptions): OAuthProxy {
  const { provider, store, onEvent } = options
  const now = options.now ?? Date.now
  const sleep =
    options.sleep ??
    ((milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)))
  const emit = (event: ServerEvent) => onEvent?.(event)

  const settings = readSettings(options, provider)
  const secrets = deriveSecrets(readSecrets(options.secret))
  const sealer = createSealer(secrets)
  const records = createRecords(store, sealer, now)
  const signingKeys = createSigningKeys({
    records,
    now,
    tokenLifetime: settings.lifetimes.accessToken,
    onRotated: (keyId) => emit({ type: "keys.rotated", keyId }),
  })
  const accessTokens = createAccessTokens({
    issuer: settings.issuer,
    keys: signingKeys,
    lifetime: settings.lifetimes.accessToken,
    now,
  })
  const deps: Deps = {
    settings,
    provider,
    records,
    signingKeys,
    accessTokens,
    ownTokens: accessTokens.verifierFor(settings.resources.map(({ resource }) => resource)),
    documents: options.fetchDocument && createClientDocuments(options.fetchDocument, records, now),
    binding: createBrowserBinding(secrets),
    upstreamLease: createUpstreamLease({ records, now, sleep }),
    grantLookup: createGrantLookup({ records, settings, now }),
    hooks: options,
    emit,
    now,
  }
  if (settings.consent === "never") {
    emit({
      type: "warning",
      warning:
        "consent is never asked for pre-registered clients: any site can send a signed-in person through them",
    })
  }

  return {
    app: createRoutes(createHttpContext(deps, sealer, options)),
    issuer: settings.issuer,
    resources: settings.resources,
    tokenVerifier(resource) {
      if (!settings.resources.some((known) => known.resource === resource)) {
        throw new TypeError(
          `${resource} is not one of the proxy's resources; add it to oauthProxy({ resources })`,
        )
      }
      const verifier = accessTokens.verifierFor([resource])
      return { verify: (token) => checkAccessToken({ token, verifier }, deps) }
    },
    rotateKeys: () => signingKeys.rotateNow(),
    resealRecords: () => resealRecords(store, sealer),
    copyRecords: (to) => copyRecords(store, to, sealer),
    endGrantsOf: (userId) => endGrantsOf(userId, deps),
  }
}
