import { describe, expect, it } from "vitest"
import { ConfigurationError, oauthProvider, oidcProvider } from "../src/index.ts"

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
    if (!(error instanceof ConfigurationError)) throw error
    return Object.fromEntries(error.problems.map(({ option, message }) => [option, message]))
  }
  throw new Error("the options were accepted")
}

const oidcProblems = (options: Record<string, unknown>) =>
  problemsOf(() => oidcProvider({ ...oidc, ...options } as typeof oidc))
const oauthProblems = (options: Record<string, unknown>) =>
  problemsOf(() => oauthProvider({ ...oauth, ...options } as typeof oauth))

describe("a wrong option is named, with what to do about it", () => {
  it.each([
    ["issuer", { issuer: undefined }, "is missing"],
    ["issuer", { issuer: "id.example" }, "must be an https URL"],
    ["issuer", { issuer: "http://id.example" }, "https"],
    ["issuer", { issuer: "ftp://id.example" }, "https"],
    ["clientId", { clientId: undefined }, "is missing"],
    ["clientSecret", { clientSecret: undefined }, "set publicClient to true"],
    ["clientSecret", { publicClient: true }, "cannot be combined with publicClient"],
    ["clientAuthentication", { clientAuthentication: "none" }, "client_secret_basic or"],
    ["scopes.1", { scopes: ["one", "two three"] }, "one scope per entry"],
    ["authorizeParameters.state", { authorizeParameters: { state: "x" } }, "protocol"],
    ["scope", { scope: "openid" }, "is not an option; did you mean scopes?"],
  ])("oidcProvider %s", (option, options, fix) => {
    expect(oidcProblems(options)[option]).toContain(fix)
  })

  it.each([
    ["authorizationEndpoint", { authorizationEndpoint: undefined }, "is missing"],
    ["tokenEndpoint", { tokenEndpoint: "http://git.example/token" }, "https"],
    ["revocationEndpoint", { revocationEndpoint: "x" }, "must be an https URL"],
    ["tokenVerifier", { tokenVerifier: undefined }, "jwtVerifier"],
    ["tokenVerifier", { tokenVerifier: {} }, "introspectionVerifier"],
  ])("oauthProvider %s", (option, options, fix) => {
    expect(oauthProblems(options)[option]).toContain(fix)
  })

  it("every mistake is reported at once", () => {
    const problems = oidcProblems({
      issuer: 7,
      clientSecret: undefined,
      timeoutMilliseconds: -1,
      tiemout: 1,
    })
    expect(Object.keys(problems).sort()).toEqual([
      "clientSecret",
      "issuer",
      "tiemout",
      "timeoutMilliseconds",
    ])
  })

  it("http is accepted for this machine only", () => {
    for (const host of ["localhost:8080", "127.0.0.1", "[::1]:9000"]) {
      expect(() => oidcProvider({ ...oidc, issuer: `http://${host}` })).not.toThrow()
    }
    expect(oidcProblems({ issuer: "http://localhost.example" }).issuer).toContain("https")
  })
})

it("a provider is called by its host, or by the name in the options", () => {
  expect(oidcProvider(oidc).name).toBe("id.example")
  expect(oauthProvider(oauth).name).toBe("git.example")
  expect(oidcProvider({ ...oidc, name: "Contoso" }).name).toBe("Contoso")
})
