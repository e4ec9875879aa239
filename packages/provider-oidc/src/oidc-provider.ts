import type { OptionFields } from "@doorward/boundary"
import { despiteOtherProblems, readOptions } from "@doorward/boundary"
import { jwtVerifier, type TokenVerifier, type VerifiedToken } from "@doorward/jwt-verifier"
import type { IdentityProvider, SignIn } from "@doorward/oauth-core"
import {
  refreshTokenOf,
  secureUrl,
  signInParameters,
  type UpstreamClient,
  type UpstreamTokenResponse,
  type UserInfoClaims,
  upstreamClient,
  verifyIssued,
} from "@doorward/upstream-client"
import type { AuthorizationServer } from "oauth4webapi"
import { z } from "zod"
import {
  type ClientOptions,
  checkSecret,
  clientFields,
  secretAuthentication,
} from "./client-options.ts"
import { discovery } from "./discovery.ts"
import { identityOf } from "./identity.ts"
import { ownToken, revokeTokens } from "./own-token.ts"
import { signInHintRules } from "./sign-in-hints.ts"

/** Options of {@link oidcProvider}. */
export interface OidcProviderOptions extends ClientOptions {
  /**
   * The provider's issuer identifier, exactly as in its metadata (OpenID Connect Discovery 1.0 §3): an
   * https URL, or http on localhost.
   */
  issuer: string
  /**
   * Whether to ask the UserInfo endpoint (OIDC Core §5.3) at each sign-in and refresh, for providers
   * whose id_tokens contain no names. Default: false.
   */
  userinfo?: boolean | undefined
}

const schema = z
  .strictObject({
    issuer: secureUrl,
    userinfo: z.boolean().default(false),
    ...clientFields,
  } satisfies OptionFields<OidcProviderOptions>)
  .superRefine(checkSecret, despiteOtherProblems)

/** Scopes of OpenID Connect itself (OIDC Core §5.4, §11): requested, but not offered to MCP clients. */
const oidcScopes: ReadonlySet<string> = new Set([
  "openid",
  "profile",
  "email",
  "address",
  "phone",
  "offline_access",
])

/** A provider's metadata, and the client and the verifier made from it. */
interface Upstream {
  server: AuthorizationServer
  client: UpstreamClient
  idTokens: TokenVerifier
}

/**
 * Makes any OpenID provider the identity provider of an OAuth proxy, by discovery.
 *
 * @throws {ConfigurationError} with every mistake in the options at once.
 * @example
 * const provider = oidcProvider({
 *   issuer: "https://id.example.com",
 *   clientId: "mcp",
 *   clientSecret: "the client's secret",
 *   scopes: ["profile", "email", "offline_access", "tools.read"],
 * })
 */
export function oidcProvider(options: OidcProviderOptions): Required<IdentityProvider> {
  const settings = readOptions("oidcProvider", schema, options)
  const { clientId, fetch, now, timeoutMilliseconds } = settings
  const metadata = discovery(settings.issuer, { fetch, now, timeoutMilliseconds })
  const oidc = settings.scopes.filter((scope) => oidcScopes.has(scope))
  const names = settings.scopes.filter((scope) => !oidcScopes.has(scope))

  let made: Upstream | undefined
  const upstream = async (): Promise<Upstream> => {
    const server = await metadata()
    if (made?.server !== server)
      made = { server, client: clientOf(server), idTokens: verifierOf(server) }
    return made
  }
  const clientOf = (server: AuthorizationServer) => {
    const supported = server.token_endpoint_auth_methods_supported
    const authentication = secretAuthentication(settings, supported)
    return upstreamClient({ server, clientId, authentication, fetch, now, timeoutMilliseconds })
  }
  const verifierOf = (server: AuthorizationServer) =>
    jwtVerifier({
      issuer: server.issuer,
      audience: clientId,
      jwksUri: server.jwks_uri ?? "",
      typ: "JWT",
      allowMissingTyp: true,
      leewaySeconds: 30,
      rememberBytes: 0,
      now,
      ...(fetch ? { fetch } : {}),
    })

  const asked = (scopes: readonly string[]) => [...new Set(["openid", ...oidc, ...scopes])]

  /** The id_token's claims, together with the UserInfo endpoint's if the options ask for them. */
  async function claimsOf(
    { claims, subject }: VerifiedToken,
    client: UpstreamClient,
    accessToken: string,
    signal?: AbortSignal,
  ): Promise<UserInfoClaims> {
    const more = settings.userinfo ? await client.userinfo(accessToken, subject, signal) : {}
    return { ...claims, ...more, sub: subject }
  }

  async function readSignIn(
    response: UpstreamTokenResponse,
    scopes: readonly string[],
    { server, client, idTokens }: Upstream,
    signal?: AbortSignal,
  ): Promise<SignIn> {
    const { idToken, accessToken } = response
    const claims =
      idToken === undefined
        ? await client.userinfo(accessToken, undefined, signal)
        : await claimsOf(
            await verifyIssued(idTokens, idToken, "id_token"),
            client,
            accessToken,
            signal,
          )
    const granted = response.scope?.split(" ").filter(Boolean)
    return {
      identity: identityOf(server.issuer, claims.sub, claims),
      scopes: granted ? scopes.filter((scope) => granted.includes(scope)) : scopes,
      tokens: {
        accessToken,
        expiresAt: response.expiresAt,
        scopes: granted ?? asked(scopes),
        ...(response.refreshToken === undefined ? {} : { refreshToken: response.refreshToken }),
      },
    }
  }

  const refresh: IdentityProvider["refresh"] = async (tokens, scopes, signal) => {
    const refreshToken = refreshTokenOf(tokens)
    const current = await upstream()
    const response = await current.client.refresh(refreshToken, {}, signal)
    return readSignIn({ refreshToken, ...response }, scopes, current, signal)
  }

  return {
    name: settings.name ?? new URL(settings.issuer).host,
    scopes: names,
    permissions: asked,

    async authorizationUrl(request) {
      const { client } = await upstream()
      const { hints, scopes } = request
      const parameters = signInParameters(hints, settings.authorizeParameters, signInHintRules)
      return client.authorizationUrl(request, asked(scopes), parameters)
    },

    async redeem(callback, request) {
      const current = await upstream()
      const response = await current.client.redeem(callback, request)
      return readSignIn(response, request.scopes, current)
    },

    refresh,
    tokenFor: ownToken(refresh, now),

    async revoke(tokens) {
      const { server, client } = await upstream()
      if (server.revocation_endpoint !== undefined) await revokeTokens(client, tokens)
    },
  }
}
