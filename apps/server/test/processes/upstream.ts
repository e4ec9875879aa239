import type { IdentityProvider, SignIn } from "@doorward/oauth-core"

/** An upstream of one's own process: whoever the callback's `code` names has signed in. */
export function upstreamOf(now: () => number, beforeRefresh: () => Promise<void>) {
  let issued = 0
  function signIn(name: string, scopes: readonly string[]): SignIn {
    issued++
    return {
      identity: {
        issuer: "https://login.test",
        subject: name,
        name,
        roles: [],
        groups: [],
        claims: { sub: name },
      },
      tokens: {
        accessToken: `${name} access ${issued}`,
        refreshToken: `${name} refresh ${issued}`,
        expiresAt: now() + 3_600_000,
        scopes,
      },
      scopes,
    }
  }
  return {
    name: "Login Test",
    scopes: ["read", "write"],
    permissions: (scopes) => scopes,
    async authorizationUrl({ state }) {
      return new URL(`https://login.test/authorize?${new URLSearchParams({ state })}`)
    },
    redeem: async (callback, { scopes }) => signIn(callback.get("code") ?? "", scopes),
    async refresh({ accessToken }, scopes) {
      await beforeRefresh()
      return signIn(accessToken.split(" ")[0] ?? "", scopes)
    },
  } satisfies IdentityProvider
}
