import { type IdentityProvider, IdentityProviderError } from "@doorward/oauth-core"
import { identityProviderConformance } from "@doorward/oauth-core/testing"
import { afterAll, beforeAll, expect, it } from "vitest"
import { oidcProvider } from "../src/index.ts"
import {
  confidential,
  type OpenidUpstream,
  openidUpstream,
  redirectUri,
} from "./openid-upstream.ts"

let upstream: OpenidUpstream
beforeAll(async () => {
  upstream = await openidUpstream()
})
afterAll(() => upstream[Symbol.asyncDispose]())

type Provider = Required<IdentityProvider>

/** Faulty providers, each with the beginning of the name of the check that must notice the fault. */
const faults: readonly [check: string, fault: (provider: Provider) => Partial<Provider>][] = [
  ["the scopes that clients may request", ({ scopes }) => ({ scopes: [...scopes, "openid"] })],
  [
    "the authorization URL is a code request",
    (provider) => ({
      authorizationUrl: (request) => provider.authorizationUrl({ ...request, state: "fixed" }),
    }),
  ],
  [
    "no parameter is repeated",
    (provider) => ({
      async authorizationUrl(request) {
        const url = await provider.authorizationUrl(request)
        url.searchParams.set("resource", "https://mcp.example.com/mcp")
        return url
      },
    }),
  ],
  ["the permissions for the consent page", () => ({ permissions: (scopes) => scopes })],
  [
    "fewer scopes mean fewer permissions",
    (provider) => ({
      authorizationUrl: (request) =>
        provider.authorizationUrl({ ...request, scopes: provider.scopes }),
    }),
  ],
  [
    "prompt, login_hint and claims",
    (provider) => ({
      authorizationUrl: (request) => provider.authorizationUrl({ ...request, hints: {} }),
    }),
  ],
  [
    "a person has the same subject",
    (provider) => ({
      async redeem(callback, request) {
        const signIn = await provider.redeem(callback, request)
        return { ...signIn, identity: { ...signIn.identity, subject: "somebody" } }
      },
    }),
  ],
  [
    "a request for one scope",
    (provider) => ({
      redeem: async (callback, request) => ({
        ...(await provider.redeem(callback, request)),
        scopes: provider.scopes,
      }),
    }),
  ],
  [
    "a callback with a different state",
    (provider) => ({
      redeem(callback, request) {
        const state = callback.get("state") ?? request.state
        return provider.redeem(callback, { ...request, state })
      },
    }),
  ],
  [
    "a nonce that does not match the id_token",
    (provider) => {
      const nonces = new Map<string, string>()
      return {
        authorizationUrl(request) {
          nonces.set(request.state, request.nonce)
          return provider.authorizationUrl(request)
        },
        redeem: (callback, request) =>
          provider.redeem(callback, { ...request, nonce: nonces.get(request.state) ?? "" }),
      }
    },
  ],
  [
    "a person who declines is denied",
    (provider) => ({
      redeem: (callback, request) =>
        provider.redeem(callback, request).catch((error: IdentityProviderError) => {
          throw new IdentityProviderError("denied", error.reason, String(error.cause))
        }),
    }),
  ],
  [
    "a refresh confirms the same person",
    (provider) => ({
      async refresh(tokens, scopes, signal) {
        const signIn = await provider.refresh(tokens, scopes, signal)
        Object.assign(tokens, signIn.tokens)
        return signIn
      },
    }),
  ],
  [
    "a refresh token is kept if the upstream does not replace it",
    (provider) => ({
      async refresh(tokens, scopes, signal) {
        const signIn = await provider.refresh(tokens, scopes, signal)
        if (signIn.tokens.refreshToken !== tokens.refreshToken) return signIn
        const { refreshToken: _, ...rest } = signIn.tokens
        return { ...signIn, tokens: rest }
      },
    }),
  ],
  ...["an upstream that can't be reached", "a server error is", "throttling says"].map(
    (check): (typeof faults)[number] => [
      check,
      (provider) => ({
        refresh: (...input) =>
          provider.refresh(...input).catch(() => {
            throw new IdentityProviderError("sign_in_required", "invalid_grant", "Sign in again.")
          }),
      }),
    ],
  ),
  [
    "a refused client is the operator's problem",
    (provider) => ({
      refresh: (...input) =>
        provider.refresh(...input).catch((error: IdentityProviderError) => {
          throw new IdentityProviderError("denied", error.reason, error.message)
        }),
    }),
  ],
  [
    "an expired token is not returned",
    () => ({ tokenFor: async (tokens) => ({ token: tokens, tokens }) }),
  ],
  ["revoked tokens can't be refreshed", () => ({ revoke: async () => {} })],
]

it.each(faults)("the suite notices: %s", async (name, fault) => {
  const checks = identityProviderConformance({
    open(world) {
      const provider = oidcProvider({
        issuer: upstream.issuer,
        ...confidential,
        scopes: ["tools.read", "tools.write"],
        authorizeParameters: { prompt: "consent" },
        ...world,
      })
      return { ...provider, ...fault(provider) }
    },
    fetch: (url, init) => fetch(url, init),
    redirectUri,
    signIn: (url, person, decision) =>
      upstream.signIn(url, decision === "agree" ? person : "decline"),
    identityFrom: "id_token",
    otherScopes: ["tools.read"],
    revokes: true,
  })
  const noticing = checks.filter((check) => check.name.startsWith(name))
  expect(noticing).toHaveLength(1)
  await expect(noticing[0]?.run()).rejects.toThrow()
})
