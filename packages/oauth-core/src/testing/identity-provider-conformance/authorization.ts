import { assert, assertEqual, type ProviderCheck } from "./check.ts"

const oidcScopes = ["openid", "profile", "email", "address", "phone", "offline_access"]

export const authorizationChecks: readonly ProviderCheck[] = [
  [
    "the scopes that clients may request are single, distinct and not OpenID Connect's",
    async ({ provider: { scopes } }) => {
      assert(scopes.length > 0, "the harness must open a provider with scopes")
      assertEqual([...new Set(scopes)], scopes, "scopes")
      for (const scope of scopes) {
        assert(/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope), `${scope} is not one scope`)
        assert(!oidcScopes.includes(scope), `${scope} is not for an MCP client to request`)
      }
    },
  ],
  [
    "the authorization URL is a code request with the state, the redirect URI and an S256 challenge",
    async ({ provider, request }) => {
      const asked = request()
      const { searchParams } = await provider.authorizationUrl(asked)
      assertEqual(searchParams.get("response_type"), "code", "response_type")
      assertEqual(searchParams.get("state"), asked.state, "state")
      assertEqual(searchParams.get("redirect_uri"), asked.redirectUri, "redirect_uri")
      assertEqual(searchParams.get("code_challenge_method"), "S256", "code_challenge_method")
      assertEqual(
        searchParams.get("code_challenge"),
        await challengeOf(asked.codeVerifier),
        "code_challenge",
      )
    },
  ],
  [
    "no parameter is repeated, and there is no verifier, resource or secret",
    async ({ provider, request }) => {
      const asked = request()
      const url = await provider.authorizationUrl(asked)
      const names = [...url.searchParams.keys()]
      assertEqual([...new Set(names)], names, "parameters")
      for (const name of ["resource", "client_secret", "code_verifier"]) {
        assert(!names.includes(name), `${name} was sent`)
      }
      assert(!url.href.includes(asked.codeVerifier), "the code verifier was sent")
    },
  ],
  [
    "the permissions for the consent page are the ones that are requested",
    async ({ provider, request }) => {
      for (const scopes of [provider.scopes, provider.scopes.slice(0, 1)]) {
        const url = await provider.authorizationUrl(request({ scopes }))
        const sent = url.searchParams.get("scope")?.split(" ") ?? []
        assertEqual(sent.sort(), [...provider.permissions(scopes)].sort(), "scope")
      }
    },
  ],
  [
    "fewer scopes mean fewer permissions upstream",
    async ({ provider, request }) => {
      if (provider.scopes.length < 2) return
      const all = await provider.authorizationUrl(request())
      const one = await provider.authorizationUrl(request({ scopes: provider.scopes.slice(0, 1) }))
      const count = (url: URL) => url.searchParams.get("scope")?.split(" ").length ?? 0
      assert(count(one) < count(all), "as much was requested as for all scopes")
    },
  ],
  [
    "prompt, login_hint and claims reach the upstream",
    async ({ provider, request }) => {
      const claims = '{"id_token":{"auth_time":{"essential":true}}}'
      const hints = { prompt: "login", loginHint: "someone@example.com", claims } as const
      const { searchParams } = await provider.authorizationUrl(request({ hints }))
      const prompts = searchParams.get("prompt")?.split(" ") ?? []
      assert(prompts.includes("login"), "prompt was not sent")
      assertEqual(searchParams.get("login_hint"), hints.loginHint, "login_hint")
      assertEqual(searchParams.get("claims"), claims, "claims")
    },
  ],
]

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
}
