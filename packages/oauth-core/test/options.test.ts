import { describe, expect, it } from "vitest"
import {
  ConfigurationError,
  memoryStore,
  type OAuthProxyOptions,
  oauthProxy,
} from "../src/index.ts"
import { baseUrl, secret } from "./support/fixture.ts"
import { scriptedProvider } from "./support/scripted-provider.ts"

const good: OAuthProxyOptions = {
  baseUrl,
  provider: scriptedProvider(Date.now),
  store: memoryStore(),
  secret,
}

/** The problems with some options, including ones that TypeScript would not allow. */
function problemsOf(options: Record<string, unknown>): Record<string, string> {
  try {
    oauthProxy({ ...good, ...options } as OAuthProxyOptions)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return Object.fromEntries(error.problems.map(({ option, message }) => [option, message]))
  }
  return {}
}

const resource = `${baseUrl}/mcp`

describe("oauthProxy", () => {
  it("accepts every documented option", () => {
    expect(problemsOf({})).toEqual({})
    expect(problemsOf({ limiter: undefined, lifetimes: { grant: undefined } })).toEqual({})
    expect(
      problemsOf({
        resources: [{ resource, scopes: ["read", "openid", "own"] }],
        scopes: { own: "Something of our own" },
        resourceServers: [{ id: "rs", secret: "s".repeat(32), resource }],
        registration: { accessToken: "a".repeat(32) },
        redirectUriPatterns: [/https:.*/],
      }),
    ).toEqual({})
  })

  it.each([
    ["registraton", { registraton: false }, "is not an option; did you mean registration?"],
    ["consent", { consent: "nevr" }, 'must be "always", "remember" or "never"'],
    ["lifetimes.idle", { lifetimes: { idle: 1 } }, "is not an option; remove it"],
    [
      "lifetimes.accesToken",
      { lifetimes: { accesToken: 1 } },
      "is not an option; did you mean lifetimes.accessToken?",
    ],
    [
      "resources.0.scope",
      { resources: [{ resource, scope: [] }] },
      "is not an option; did you mean resources.0.scopes?",
    ],
    [
      "clients.0.redirect_uris",
      { clients: [{ clientId: "a", redirectUris: ["https://a.example/"], redirect_uris: [] }] },
      "is not an option; did you mean clients.0.redirectUris?",
    ],
    ["clients.0.clientId", { clients: [{ redirectUris: ["https://a.example/"] }] }, "is missing"],
    ["registration", { registration: "closed" }, "must be true or false, or an object"],
    [
      "registration.accessToken",
      { registration: { accessToken: "short" } },
      "must have at least 32 characters",
    ],
    ["provider", { provider: {} }, "must be an IdentityProvider, such as azureProvider({ … })"],
    [
      "provider",
      { provider: { ...good.provider, scopes: undefined } },
      "must be an IdentityProvider, such as azureProvider({ … })",
    ],
    ["store", { store: "sqlite:doorward.db" }, "must be a Store, such as sqliteStore(path)"],
    ["onSignIn", { onSignIn: true }, "must be a function"],
    [
      "redirectUriPatterns.0",
      { redirectUriPatterns: ["https:.*"] },
      "must be a regular expression",
    ],
    ["limiter", { limiter: () => 1 }, "must be a Limiter"],
  ])("refuses %s: %j", (option, options, message) => {
    expect(problemsOf(options)).toEqual({ [option]: message })
  })

  it("reports all mistakes at once, including conflicts between options", () => {
    const problems = problemsOf({
      baseUrl: "http://mcp.example.com",
      secret: "short",
      resources: [{ resource, scopes: ["other"] }],
      resourceServers: [{ id: "rs", secret: "short", resource: "https://elsewhere.example/" }],
      consnt: "always",
      onSignIn: true,
    })
    expect(problems).toEqual({
      baseUrl: "must be https, or http on localhost for development",
      secret: expect.stringContaining(
        "must be 32 random bytes in base64url, base64 or hex; make one with",
      ),
      "resources.0.scopes.0":
        "names the scope other, which is neither one of the provider's nor in scopes",
      "resourceServers.0.secret": "must have at least 32 characters",
      "resourceServers.0.resource": "must be one of resources",
      consnt: "is not an option; did you mean consent?",
      onSignIn: "must be a function",
    })
  })

  it("never includes a secret in an error", () => {
    const attempt = () =>
      oauthProxy({
        ...good,
        secret: "a secret of the wrong form",
        clients: [{ clientId: "a", clientSecret: "too short a secret", redirectUris: [] }],
      })
    expect(attempt).toThrow(ConfigurationError)
    expect(attempt).not.toThrow(/wrong form|too short a secret/)
  })
})
