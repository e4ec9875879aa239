import {
  type Identity,
  type IdentityProvider,
  IdentityProviderError,
  type SignIn,
  type UpstreamAuthorization,
  type UpstreamTokens,
} from "../../src/index.ts"

/**
 * An upstream provider whose answers a test can choose. A person signs in with a callback whose `code`
 * is their name, so a test can play the upstream with a single URL.
 */
export interface ScriptedProvider extends IdentityProvider {
  /** The requests that were sent upstream, newest last. */
  authorizations: UpstreamAuthorization[]
  refreshes: UpstreamTokens[]
  tokenRequests: (readonly string[])[]
  revocations: UpstreamTokens[]
  /** Replaces the default answer. */
  onRedeem: ((request: UpstreamAuthorization) => SignIn | Promise<SignIn>) | undefined
  onRefresh:
    | ((tokens: UpstreamTokens, signal?: AbortSignal) => SignIn | Promise<SignIn>)
    | undefined
  onTokenFor: ((scopes: readonly string[]) => string | Promise<string>) | undefined
}

const lifetime = 60 * 60 * 1000

export const identityOf = (name: string, more: Partial<Identity> = {}): Identity => ({
  issuer: "https://login.test",
  subject: name,
  name,
  roles: [],
  groups: [],
  claims: { sub: name },
  ...more,
})

export function scriptedProvider(
  now: () => number,
  scopes: readonly string[] = ["read", "write"],
): ScriptedProvider {
  let issued = 0
  const tokens = (subject: string): UpstreamTokens => {
    issued++
    return {
      accessToken: `upstream-access-${subject}-${issued}`,
      refreshToken: `upstream-refresh-${subject}-${issued}`,
      expiresAt: now() + lifetime,
      scopes,
    }
  }
  const provider: ScriptedProvider = {
    name: "Login Test",
    scopes,
    authorizations: [],
    refreshes: [],
    tokenRequests: [],
    revocations: [],
    onRedeem: undefined,
    onRefresh: undefined,
    onTokenFor: undefined,
    permissions: (asked) => asked.map((scope) => `login-test/${scope}`),
    async authorizationUrl(request) {
      provider.authorizations.push(request)
      const url = new URL("https://login.test/authorize")
      url.searchParams.set("state", request.state)
      url.searchParams.set("redirect_uri", request.redirectUri)
      return url
    },
    async redeem(callback, request) {
      if (provider.onRedeem) return provider.onRedeem(request)
      const error = callback.get("error")
      if (error) throw new IdentityProviderError("denied", error, "The sign-in was refused.")
      const name = callback.get("code") ?? ""
      return { identity: identityOf(name), tokens: tokens(name), scopes: request.scopes }
    },
    async refresh(current, granted, signal) {
      provider.refreshes.push(current)
      if (provider.onRefresh) return provider.onRefresh(current, signal)
      const name = current.accessToken.split("-")[2] ?? ""
      return { identity: identityOf(name), tokens: tokens(name), scopes: granted }
    },
    async tokenFor(current, asked) {
      provider.tokenRequests.push(asked)
      const accessToken = (await provider.onTokenFor?.(asked)) ?? `other-${asked.join("+")}`
      return {
        token: { accessToken, expiresAt: now() + lifetime, scopes: asked },
        tokens: current,
      }
    },
    async revoke(current) {
      provider.revocations.push(current)
    },
  }
  return provider
}
