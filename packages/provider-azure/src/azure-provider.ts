import type { IdentityProvider, SignIn, UpstreamTokens } from "@doorward/oauth-core"
import { refreshTokenOf, signInParameters } from "@doorward/upstream-client"
import type { AzureProviderOptions } from "./azure-provider-options.ts"
import { azureSettings } from "./azure-settings.ts"
import { entraClient } from "./entra-client.ts"
import { entraTokens } from "./entra-tokens.ts"
import { groupsFromGraph, hasGroupOverage } from "./groups.ts"
import { resourceTokens } from "./resource-tokens.ts"
import { entraScope, scopePlan } from "./scopes.ts"
import { readSignIn } from "./sign-in.ts"
import { signInHintRules } from "./sign-in-hints.ts"

/**
 * Makes Microsoft Entra ID the identity provider of an OAuth proxy. One app registration is the client
 * and, if it exposes scopes, also the API.
 *
 * @throws {ConfigurationError} with every mistake in the options at once.
 * @example
 * const provider = azureProvider({
 *   tenantId: "contoso.com",
 *   clientId: "the Application (client) ID",
 *   clientSecret: "the Value of a client secret",
 *   scopes: ["access_as_user"],
 *   additionalScopes: ["User.Read"],
 * })
 */
export function azureProvider(
  options: AzureProviderOptions,
): Required<Omit<IdentityProvider, "revoke">> {
  const settings = azureSettings(options)
  const { registration, fetch, now, timeoutMilliseconds, optionName } = settings
  const calls = { fetch, now, timeoutMilliseconds, optionName }
  const { authority, clientId } = registration
  const plan = scopePlan(settings.scopes, settings.additionalScopes)
  const entra = entraTokens(registration, calls)
  const client = entraClient(settings, {
    expectedIssuer: (unverified) => entra.issuerFor(unverified),
  })

  const scopeParameter = (names: readonly string[]) => ({ scope: plan.forToken(names).join(" ") })

  const graphDefault = `${authority.cloud.graphUrl}/.default`

  const tokenFor = resourceTokens({
    client,
    now,
    optionName,
    rules: settings.scopeRules,
    onBehalfOf: !settings.publicClient && registration.audiences.includes(clientId),
    agreed: [...settings.scopes, ...settings.additionalScopes],
    async renew(tokens, signal) {
      const names = tokens.scopes.map((scope) => entraScope(scope, settings.scopeRules).name)
      return (await confirm(tokens, names, signal)).tokens
    },
  })

  /** Adds the groups that the token had no room for, if the options ask for them. */
  async function withGroups(signIn: SignIn, signal?: AbortSignal): Promise<SignIn> {
    if (!settings.resolveGroups || !hasGroupOverage(signIn.identity)) return signIn
    const { token, tokens } = await tokenFor(signIn.tokens, [graphDefault], signal)
    const graphUrl = settings.graphUrl ?? authority.cloud.graphUrl
    const groups = await groupsFromGraph(graphUrl, token.accessToken, { ...calls, signal })
    return { ...signIn, tokens, identity: { ...signIn.identity, groups } }
  }

  async function confirm(
    tokens: UpstreamTokens,
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<SignIn> {
    const refreshToken = refreshTokenOf(tokens)
    const response = await client.refresh(refreshToken, scopeParameter(names), signal)
    return readSignIn({ refreshToken, ...response }, names, plan, entra)
  }

  return {
    name: "Microsoft",
    scopes: plan.names,
    permissions: (names) => plan.forAuthorization(names),

    authorizationUrl(request) {
      const { hints, scopes } = request
      const parameters = signInParameters(hints, settings.authorizeParameters, signInHintRules)
      return client.authorizationUrl(request, plan.forAuthorization(scopes), parameters)
    },

    async redeem(callback, request) {
      const response = await client.redeem(callback, request, scopeParameter(request.scopes))
      return withGroups(await readSignIn(response, request.scopes, plan, entra))
    },

    async refresh(tokens, names, signal) {
      return withGroups(await confirm(tokens, names, signal), signal)
    },

    tokenFor,
  }
}
