import { readSecrets } from "@doorward/boundary"
import type { TokenVerifier } from "@doorward/jwt-verifier"
import type { Hono } from "hono"
import { createAccessTokens } from "./access-tokens/access-token.ts"
import { idJagVerifier } from "./access-tokens/id-jag-verifier.ts"
import {
  type IdentityAssertion,
  type SignedAssertion,
  signIdentityAssertion,
} from "./access-tokens/identity-assertion.ts"
import { createSigningKeys } from "./access-tokens/signing-keys.ts"
import { createClientDocuments } from "./flow/clients/documents.ts"
import { createDpopCheck } from "./flow/clients/dpop.ts"
import { listStaticClients, type StaticClientSummary } from "./flow/clients/list-static.ts"
import { createSecretUses } from "./flow/clients/secret-use.ts"
import type { Deps } from "./flow/deps.ts"
import { type EndedClient, endClient } from "./flow/grants/end-client.ts"
import { endGrantsOf } from "./flow/grants/end-grants.ts"
import { type GrantSummary, listGrants } from "./flow/grants/list.ts"
import { type ClientSummary, listClients } from "./flow/grants/list-clients.ts"
import { createGrantLookup } from "./flow/grants/live-grant.ts"
import type { ProtectedResource } from "./flow/settings.ts"
import { checkAccessToken } from "./flow/tokens/check.ts"
import { createUpstreamLease } from "./flow/upstream/lease.ts"
import { createHttpContext } from "./http/context.ts"
import { createRoutes } from "./http/routes.ts"
import type { OAuthProxyOptions } from "./options.ts"
import type { DpopCheck } from "./ports/dpop.ts"
import type { ServerEvent } from "./ports/events.ts"
import type { GrantedToken } from "./ports/granted-token.ts"
import type { Store } from "./ports/store.ts"
import { readSettings } from "./read-settings.ts"
import { type CopiedRecords, copyRecords } from "./records/copy-records.ts"
import { createRecords } from "./records/record-store.ts"
import { type ResealedRecords, resealRecords } from "./records/reseal-records.ts"
import { createBrowserBinding } from "./tokens/browser-binding.ts"
import { createSealer } from "./tokens/seal.ts"
import { deriveSecrets } from "./tokens/secret.ts"

/** An OAuth 2.1 authorization server in front of one upstream identity provider. */
export interface OAuthProxy {
  /** A Hono app with every endpoint. Mount it at the root of the host in `baseUrl`. */
  readonly app: Hono
  /** The issuer identifier (RFC 8414 §2): `baseUrl` without a trailing slash. */
  readonly issuer: string
  /** The resource servers that tokens are issued for. */
  readonly resources: readonly ProtectedResource[]
  /** Checks DPoP proofs for resource servers in the same process; absent if `dpop` is off. */
  readonly dpop?: DpopCheck
  /**
   * Returns a verifier for access tokens whose audience is `resource`, for a resource server in the
   * same process. Its `verify` also checks that the grant is active, which may lag by up to 5 seconds.
   * It rejects with a `TokenError` of `@doorward/jwt-verifier`.
   *
   * @throws {TypeError} if `resource` is not one of `resources`.
   */
  tokenVerifier(resource: string): { verify(token: string): Promise<GrantedToken> }
  /**
   * Signs an assertion about who is calling (RFC 7519), for a server behind this one. It verifies the JWT
   * with the keys at `{issuer}/.well-known/jwks.json`: ES256, `iss` the issuer, `aud` the audience, good
   * for 60 seconds. Nobody can use it as an access token.
   */
  signAssertion(assertion: IdentityAssertion): Promise<SignedAssertion>
  /**
   * Replaces the signing keys immediately, so that every access token must be refreshed.
   *
   * @returns the new key's id.
   */
  rotateKeys(): Promise<string>
  /**
   * Seals every record again under the first secret, so that older ones can be removed from the
   * configuration. Reads the whole store.
   */
  resealRecords(): Promise<ResealedRecords>
  /**
   * Copies every record to another store, to migrate to it. Stop every instance first: anything written
   * during the copy would be lost.
   */
  copyRecords(to: Store): Promise<CopiedRecords>
  /**
   * Ends every grant of a user.
   *
   * @param userId the `sub` of the user's access tokens.
   * @returns how many grants there were.
   */
  endGrantsOf(userId: string): Promise<number>
  /**
   * The grants of a user, newest first.
   *
   * @param userId the `sub` of the user's access tokens.
   */
  grantsOf(userId: string): Promise<readonly GrantSummary[]>
  /**
   * Every client that registered itself, in any order. Reads the whole store, with bounded memory.
   *
   * @throws {UnreadableValueError} after all the others, if there are records that cannot be read.
   */
  clients(): AsyncIterable<ClientSummary>
  /** Every client in the option `clients`, with the last use of each secret in `clientSecretHash`. */
  staticClients(): Promise<readonly StaticClientSummary[]>
  /**
   * Deletes a client's registration, if it registered itself, and ends its grants, whatever kind of
   * client it is. Reads every grant.
   *
   * @throws {UnreadableValueError} if its registration cannot be read, or, after the others have ended,
   * if there are grants that cannot be read.
   */
  endClient(clientId: string): Promise<EndedClient>
}

/**
 * Creates an OAuth 2.1 authorization server for MCP clients, in front of an identity provider that
 * knows only one client: this server.
 *
 * @throws {ConfigurationError} listing every wrong option.
 *
 * @example
 * ```ts
 * const proxy = oauthProxy({
 *   baseUrl: "https://mcp.example.com",
 *   provider: azureProvider({ tenantId, clientId, clientSecret, scopes: ["User.Read"] }),
 *   store: memoryStore(),
 *   secret: process.env.DOORWARD_SECRET ?? "",
 * })
 * const app = new Hono().route("/", proxy.app)
 * ```
 */
export function oauthProxy(options: OAuthProxyOptions): OAuthProxy {
  const settings = readSettings(options)
  const { provider, store, onEvent, now = Date.now, sleep = wait } = options
  const emit = (event: ServerEvent) => onEvent?.(event)

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
  const binding = createBrowserBinding(secrets)
  const deps: Deps = {
    settings,
    provider,
    records,
    signingKeys,
    accessTokens,
    ownTokens: accessTokens.verifierFor(settings.resources.map(({ resource }) => resource)),
    identityAssertions: idJagVerifierOf(options, settings.issuer, now),
    subjectTokens: new Map(
      [...settings.tokenExchange].map(([clientId, { audiences }]) => [
        clientId,
        {
          access_token: accessTokens.verifierFor(audiences),
          jwt: accessTokens.assertionVerifierFor(audiences),
        },
      ]),
    ),
    dpop:
      options.dpop &&
      createDpopCheck({ required: options.dpop === "required", records, binding, now }),
    documents: options.fetchDocument && createClientDocuments(options.fetchDocument, records, now),
    secretUses: createSecretUses({ records, settings, emit, now }),
    binding,
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
        "pre-registered clients skip the consent page: any website can send a signed-in person through them",
    })
  }

  return {
    app: createRoutes(createHttpContext(deps, sealer, options)),
    issuer: settings.issuer,
    resources: settings.resources,
    ...(deps.dpop ? { dpop: deps.dpop } : {}),
    tokenVerifier(resource) {
      if (!settings.resources.some((known) => known.resource === resource)) {
        throw new TypeError(
          `${resource} is not one of the proxy's resources; add it to oauthProxy({ resources })`,
        )
      }
      const verifier = accessTokens.verifierFor([resource])
      return { verify: (token) => checkAccessToken({ token, verifier }, deps) }
    },
    signAssertion: (assertion) =>
      signIdentityAssertion(assertion, { issuer: settings.issuer, keys: signingKeys, now }),
    rotateKeys: () => signingKeys.rotateNow(),
    resealRecords: () => resealRecords(store, sealer),
    copyRecords: (to) => copyRecords(store, to, sealer),
    endGrantsOf: (userId) => endGrantsOf(userId, deps),
    grantsOf: (userId) => listGrants(userId, deps),
    clients: () => listClients(deps),
    staticClients: () => listStaticClients(deps),
    endClient: (clientId) => endClient(clientId, deps),
  }
}

function idJagVerifierOf(
  { identityAssertionIssuers: issuers = [] }: OAuthProxyOptions,
  audience: string,
  now: () => number,
): TokenVerifier | undefined {
  return issuers.length === 0 ? undefined : idJagVerifier(issuers, { audience, now })
}

const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
