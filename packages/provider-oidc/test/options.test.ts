import { describe, expect, it } from "vitest"
import { oauthProvider, oidcProvider, ProviderOptionsError } from "../src/index.ts"

const oidc = { issuer: "https://id.example", clientId: "client", clientSecret: "secret" }
const oauth = {
  authorizationEndpoint: "https://git.example/authorize",
  tokenEndpoint: "https://git.example/token",
  clientId: "client",
  clientSecret: "secret",
  tokenVerifier: { verify: () => Promise.reject(new Error("not here")) },
}

function problemsOf(build: () => unknown): Record<string, string> {
  try {
    build()
  } catch (error) {
    if (!(error instanceof ProviderOptionsError)) throw error
    return Object.fromEntries(error.problems.map(({ option, message }) => [option, message]))
  }
  throw new Error("the options were accepted")
}

const oidcProblems = (options: Record<string, unknown>) =>
  problemsOf(() => oidcProvider({ ...oidc, ...options } as typeof oidc))
const oauthProblems = (options: Record<string, unknown>) =>
  problemsOf(() => oauthProvider({ ...oauth, ...options } as typeof oauth))

describe("wrong options are named, each with its mend", () => {
  it.each([
    ["issuer", { issuer: undefined }, "missing"],
    ["issuer", { issuer: "id.example" }, "is not a URL"],
    ["issuer", { issuer: "http://id.example" }, "https"],
    ["issuer", { issuer: "ftp://id.example" }, "https"],
    ["clientId", { clientId: undefined }, "missing"],
    ["clientSecret", { clientSecret: undefined }, "publicClient: true"],
    ["clientSecret", { publicClient: true }, "can't be combined"],
    ["clientAuthentication", { clientAuthentication: "none" }, "client_secret_basic or"],
    ["scopes.1", { scopes: ["one", "two three"] }, "one scope per entry"],
    ["authorizeParameters.state", { authorizeParameters: { state: "x" } }, "protocol"],
    ["scope", { scope: "openid" }, "is not an option"],
  ])("oidcProvider %s", (option, options, mend) => {
    expect(oidcProblems(options)[option]).toContain(mend)
  })

  it.each([
    ["authorizationEndpoint", { authorizationEndpoint: undefined }, "missing"],
    ["tokenEndpoint", { tokenEndpoint: "http://git.example/token" }, "https"],
    ["revocationEndpoint", { revocationEndpoint: "x" }, "is not a URL"],
    ["tokenVerifier", { tokenVerifier: undefined }, "jwtVerifier"],
    ["tokenVerifier", { tokenVerifier: {} }, "introspectionVerifier"],
  ])("oauthProvider %s", (option, options, mend) => {
    expect(oauthProblems(options)[option]).toContain(mend)
  })

  it("http is for loopback", () => {
    for (const host of ["localhost:8080", "127.0.0.1", "[::1]:9000"]) {
      expect(() => oidcProvider({ ...oidc, issuer: `http://${host}` })).not.toThrow()
    }
    expect(oidcProblems({ issuer: "http://localhost.example" }).issuer).toContain("https")
  })
})

it("a provider is called by its host, or as the operator says", () => {
  expect(oidcProvider(oidc).name).toBe("id.example")
  expect(oauthProvider(oauth).name).toBe("git.example")
  expect(oidcProvider({ ...oidc, name: "Contoso" }).name).toBe("Contoso")
})
