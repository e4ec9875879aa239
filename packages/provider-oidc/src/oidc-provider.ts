import { jwtVerifier, type TokenVerifier, type VerifiedToken } from "@doorward/jwt-verifier"
import type { IdentityProvider, SignIn } from "@doorward/oauth-core"
import type { AuthorizationServer } from "oauth4webapi"
import { z } from "zod"
import { checkSecret, clientFields, secretAuthentication } from "./client-options.ts"
import { discovery } from "./discovery.ts"
import { identityOf } from "./identity.ts"
import { ownToken, revokeTokens } from "./own-token.ts"
import { hintParameters } from "./sign-in-hints.ts"
import {
  parseOptions,
  refreshTokenOf,
  secureUrl,
  type UpstreamClient,
  type UpstreamTokenResponse,
  type UserInfoClaims,
  upstreamClient,
  verifyIssued,
} from "./upstream/index.ts"

const schema = z
  .strictObject({
    /** The provider's issuer identifier, exactly as its metadata has it. */
    issuer: secureUrl,
    ...clientFields,
    /**
     * Whether the UserInfo endpoint is asked at each sign-in and refresh, for providers whose id_tokens
     * carry no names. Default: false.
     */
    userinfo: z.boolean().default(false),
  })
  .superRefine(checkSecret)

export type OidcProviderOptions = z.input<typeof schema>

/** Scopes of OpenID Connect itself (OIDC Core §5.4, §11): asked for, and no business of MCP clients. */
const oidcScopes: ReadonlySet<string> = new Set([
  "openid",
  "profile",
  "email",
  "address",
  "phone",
  "offline_access",
])

/** One provider's metadata, with the client and the verifier that were made of it. */
interface Upstream {
  server: AuthorizationServer
  client: UpstreamClient
  idTokens: TokenVerifier
}

/**
 * Any OpenID provider as the identity provider of an OAuth proxy, by discovery.
 *
 * @throws {ProviderOptionsError} that names each wrong option and its mend.
 */
export function oidcProvider(options: OidcProviderOptions): Required<IdentityProvider> {
  const settings = parseOptions("oidcProvider", schema, options)
  const { clientId, fetch, now, timeout } = settings
  const metadata = discovery(settings.issuer, { fetch, now, timeout })
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
    return upstreamClient({ server, clientId, authentication, fetch, now, timeout })
  }
  const verifierOf = (server: AuthorizationServer) =>
    jwtVerifier({
      issuer: server.issuer,
      audience: clientId,
      jwksUri: server.jwks_uri ?? "",
      typ: "JWT",
      allowMissingTyp: true,
      leeway: 30,
      rememberBytes: 0,
      now,
      ...(fetch ? { fetch } : {}),
    })

  const asked = (scopes: readonly string[]) => [...new Set(["openid", ...oidc, ...scopes])]

  /** The id_token's claims, and the UserInfo endpoint's if they are wanted. */
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
      const parameters = hintParameters(request.hints, settings.authorizeParameters)
      return client.authorizationUrl(request, asked(request.scopes), parameters)
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
