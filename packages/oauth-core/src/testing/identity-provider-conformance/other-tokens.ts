import type { IdentityProvider, UpstreamTokens } from "../../ports/identity-provider.ts"
import { assert, assertEqual, assertFails, type ProviderCheck } from "./check.ts"

export function otherTokenChecks(otherScopes: readonly string[]): readonly ProviderCheck[] {
  const tokenFor = (provider: IdentityProvider, tokens: UpstreamTokens, signal?: AbortSignal) => {
    assert(provider.tokenFor !== undefined, "the provider has no tokenFor")
    return provider.tokenFor(tokens, otherScopes, signal)
  }
  return [
    [
      "a token for other scopes comes with new tokens to store, and the old ones are not changed",
      async (fixture) => {
        const { tokens, scopes } = await fixture.signIn()
        const before = JSON.stringify(tokens)
        const other = await tokenFor(fixture.provider, tokens)
        assert(other.token.accessToken !== "", "there is no access token")
        assert(other.token.expiresAt > Date.now(), "the token has expired already")
        assertEqual(JSON.stringify(tokens), before, "the tokens that were passed in")
        await fixture.provider.refresh(JSON.parse(JSON.stringify(other.tokens)), scopes)
      },
    ],
    [
      "an expired token is not returned",
      async (fixture) => {
        const { tokens } = await fixture.signIn()
        const expired = { ...tokens, expiresAt: Date.now() - 1000 }
        const first = await tokenFor(fixture.provider, expired)
        assert(first.token.expiresAt > Date.now(), "the token has expired")
      },
    ],
    [
      "an outage does not end the sign-in",
      async (fixture) => {
        const { tokens } = await fixture.signIn()
        const expired = { ...tokens, expiresAt: Date.now() - 1000 }
        fixture.intercept = () => new Response("", { status: 503 })
        await assertFails(tokenFor(fixture.provider, expired), ["unavailable"], "tokenFor")
        fixture.intercept = undefined
        await tokenFor(fixture.provider, expired)
      },
    ],
  ]
}

export const revocationChecks: readonly ProviderCheck[] = [
  [
    "revoked tokens can't be refreshed",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      await fixture.provider.revoke?.(tokens)
      const attempt = fixture.provider.refresh(tokens, scopes)
      await assertFails(attempt, ["sign_in_required"], "refresh after revoke")
    },
  ],
  [
    "revoking unknown tokens is not an error",
    async (fixture) => {
      const { tokens } = await fixture.signIn()
      await fixture.provider.revoke?.(tokens)
      await fixture.provider.revoke?.(tokens)
    },
  ],
]
