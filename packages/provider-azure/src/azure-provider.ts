import type { IdentityProvider, SignIn, UpstreamTokens } from "@doorward/oauth-core"
import { upstreamClient } from "@doorward/provider-oidc/upstream"
import { authorizationParameters } from "./authorization-parameters.ts"
import { type AzureProviderOptions, azureSettings } from "./azure-options.ts"
import { clientAuthentication } from "./credentials/client-authentication.ts"
import { explainEntraRefusal } from "./entra-error.ts"
import { entraTokens } from "./entra-tokens.ts"
import { freshOthers, refreshTokenOf, resourceTokens } from "./resource-tokens.ts"
import { entraScope, scopePlan } from "./scopes.ts"
import { readSignIn } from "./sign-in.ts"
import { isGuid } from "./tenants.ts"

/**
 * Microsoft Entra ID as the identity provider of an OAuth proxy: one app registration that is the
 * client and, where it exposes scopes, the API.
 *
 * @throws {ProviderOptionsError} that names each wrong option and its mend.
 */
export function azureProvider(
  options: AzureProviderOptions,
): Required<Omit<IdentityProvider, "revoke">> {
  const settings = azureSettings(options)
  const { registration, fetch, now, timeout } = settings
  const calls = { fetch, now, timeout }
  const { authority, clientId } = registration
  const plan = scopePlan(settings.requiredScopes, settings.additionalScopes)
  const entra = entraTokens(registration, calls)
  const client = upstreamClient({
    ...calls,
    server: authority.server,
    clientId,
    authentication: clientAuthentication(settings, authority.cloud, calls),
    expectedIssuer: (unverified) => entra.idTokenIssuer(unverified),
    checkCallbackIssuer: isGuid(authority.tenant),
    explain: explainEntraRefusal,
  })

  const scopeParameter = (names: readonly string[]) => ({ scope: plan.forToken(names).join(" ") })

  async function refresh(
    tokens: UpstreamTokens,
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<SignIn> {
    const refreshToken = refreshTokenOf(tokens)
    const response = await client.refresh(refreshToken, scopeParameter(names), signal)
    const signIn = await readSignIn({ refreshToken, ...response }, names, plan, entra)
    const others = freshOthers(tokens, now())
    return { ...signIn, tokens: { ...signIn.tokens, others } }
  }

  return {
    name: "Microsoft",
    scopes: plan.names,
    permissions: (names) => plan.forAuthorization(names),

    authorizationUrl(request) {
      const parameters = authorizationParameters(request.hints, settings.authorizeParameters)
      return client.authorizationUrl(request, plan.forAuthorization(request.scopes), parameters)
    },

    async redeem(callback, request) {
      const response = await client.redeem(callback, request, scopeParameter(request.scopes))
      return readSignIn(response, request.scopes, plan, entra)
    },

    refresh,

    tokenFor: resourceTokens({
      client,
      now,
      rules: settings.scopeRules,
      onBehalfOf: !settings.publicClient && registration.audiences.includes(clientId),
      agreed: [...settings.requiredScopes, ...settings.additionalScopes],
      async renew(tokens, signal) {
        const names = tokens.scopes.map((scope) => entraScope(scope, settings.scopeRules).name)
        return (await refresh(tokens, names, signal)).tokens
      },
    }),
  }
}
