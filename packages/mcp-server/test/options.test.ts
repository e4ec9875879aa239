import type { TokenVerifier } from "@doorward/jwt-verifier"
import express from "express"
import { Hono } from "hono"
import { describe, expect, test } from "vitest"
import { ConfigurationError, mcpGuard, protectMcp } from "../src/index.ts"
import { sdk1Sessions } from "../src/sdk1.ts"
import { bearer, endpoint, ping } from "./support/endpoint.ts"
import { proxyOf, RESOURCE } from "./support/issuer.ts"

const serve = () => Response.json({ ok: true })
const verifier: TokenVerifier = { verify: () => Promise.reject(new Error("unused")) }
const authorizationServers = ["https://a.example"]
const direct = { resource: RESOURCE, verifier, authorizationServers }
const two = proxyOf({ resources: ["https://a.example/a", "https://a.example/b"] })
const listed = "https://a.example/a, https://a.example/b"

/** The mistakes that a function finds in its options, by option. */
function problemsOf(configure: () => unknown): Record<string, string> {
  try {
    configure()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return Object.fromEntries(error.problems.map(({ option, message }) => [option, message]))
  }
  return {}
}

function guardProblems(options: object): Record<string, string> {
  return problemsOf(() => mcpGuard({ serve, ...options } as never))
}

function mountProblems(options: object): Record<string, string> {
  return problemsOf(() => protectMcp(new Hono(), { path: "/mcp", serve, ...options } as never))
}

describe("the resource", () => {
  const url = "must be an http or https URL without a query or a fragment"
  test.each([
    ["not a URL", { ...direct, resource: "mcp" }, { resource: url }],
    ["with a fragment", { ...direct, resource: "https://a.example/#x" }, { resource: url }],
    ["with a query", { ...direct, resource: "https://a.example/?x" }, { resource: url }],
    ["not http", { ...direct, resource: "ftp://a.example/" }, { resource: url }],
    [
      "without an issuer",
      { ...direct, authorizationServers: [] },
      { authorizationServers: "must have at least 1 entry" },
    ],
    [
      "without a verifier",
      { resource: RESOURCE, authorizationServers },
      { verifier: "is missing; it is required unless proxy is set" },
    ],
    [
      "with a verifier that is not one",
      { ...direct, verifier: async () => ({}) },
      { verifier: "must be an object with a method verify(token)" },
    ],
    [
      "with neither a proxy nor anything else",
      {},
      { proxy: "is missing; set it, or set resource, verifier and authorizationServers" },
    ],
    [
      "with a proxy and a verifier",
      { ...direct, proxy: proxyOf() },
      {
        verifier: "cannot be combined with proxy",
        authorizationServers: "cannot be combined with proxy",
      },
    ],
    [
      "with a proxy that is not one",
      { proxy: new Hono() },
      { proxy: "must be what oauthProxy returned" },
    ],
    [
      "that the proxy does not have",
      { proxy: proxyOf(), resource: "https://b.example/mcp" },
      { resource: `must be one of the proxy's resources: ${RESOURCE}` },
    ],
  ])("%s", (_, options, problems) => {
    expect(guardProblems(options)).toEqual(problems)
    expect(mountProblems(options)).toEqual(problems)
  })

  test("of several, one must be chosen", () => {
    expect(guardProblems({ proxy: two })).toEqual({
      resource: `is missing; the proxy has more than one: ${listed}`,
    })
    expect(mountProblems({ proxy: two, path: "/x" })).toEqual({
      path: `must be the path of one of the proxy's resources (${listed}), unless resource is set`,
    })
    expect(guardProblems({ proxy: two, resource: "https://a.example/b" })).toEqual({})
  })

  test("of several, the one with the same path is taken", async () => {
    const proxy = proxyOf({ resources: ["https://mcp.example/other", RESOURCE] })
    const { send } = endpoint({ proxy })
    expect((await send({ json: ping, headers: await bearer() })).status).toBe(200)
  })
})

describe("names that are not options", () => {
  test.each([
    [{ polcy: {} }, { polcy: "is not an option; did you mean policy?" }],
    [{ requiredScopes: [] }, { requiredScopes: "is not an option; did you mean requireScopes?" }],
    [
      { policy: { tools: { write: { scope: [] } } } },
      { "policy.tools.write.scope": "is not an option; did you mean policy.tools.write.scopes?" },
    ],
    [{ cors: true }, { cors: "is not an option; remove it" }],
  ])("%j", (options, problems) => {
    expect(guardProblems({ ...direct, ...options })).toEqual(problems)
    expect(mountProblems({ ...direct, ...options })).toEqual(problems)
  })

  test("path is an option of protectMcp only", () => {
    expect(guardProblems({ ...direct, path: "/mcp" })).toEqual({
      path: "is not an option; remove it",
    })
    expect(mountProblems({ ...direct, path: undefined })).toEqual({ path: "is missing" })
  })
})

describe("values that cannot be used", () => {
  test.each(["https://a.example/", "a.example", "https://a.example/x", "file:///", "null"])(
    "%s is not an origin",
    (origin) => {
      expect(guardProblems({ ...direct, allowedOrigins: [origin] })).toEqual({
        "allowedOrigins.0": `must be an origin such as https://inspector.example: "${origin}" is not one`,
      })
    },
  )

  test.each(["a b", '"', "", "ä"])("%j is not a scope", (scope) => {
    const message = `must be a scope, without spaces, quotes or backslashes: ${JSON.stringify(scope)} is not one`
    expect(guardProblems({ ...direct, scopes: ["ok", scope] })).toEqual({ "scopes.1": message })
    expect(guardProblems({ ...direct, requireScopes: [scope] })).toEqual({
      "requireScopes.0": message,
    })
    const rules = { x: { scopes: [scope] } }
    expect(guardProblems({ ...direct, policy: { prompts: rules } })).toEqual({
      "policy.prompts.x.scopes.0": message,
    })
  })

  test.each(["tools", "prompts", "resources", "scopeHierarchy"])(
    "a rule named __proto__ in %s is refused, not dropped",
    (member) => {
      const policy = { [member]: JSON.parse('{ "__proto__": { "scopes": ["admin"] } }') }
      expect(guardProblems({ ...direct, policy })).toEqual({
        [`policy.${member}.__proto__`]: "cannot be a name in a policy",
      })
    },
  )

  test.each(["scopes", "roles", "groups", "tenants", "people", "clients"])(
    "a rule names no %s",
    (member) => {
      const policy = { tools: { x: { [member]: [] } } }
      expect(guardProblems({ ...direct, policy })).toEqual({
        [`policy.tools.x.${member}`]: "must name at least one",
      })
    },
  )

  test("a policy is open or closed, and its conditions are functions", () => {
    const policy = { default: "closed", tools: { x: { when: "always" } } }
    expect(guardProblems({ ...direct, policy })).toEqual({
      "policy.default": "must be allow or deny",
      "policy.tools.x.when": "must be a function",
    })
  })
})

test("an app of another framework is refused, with what to use instead", () => {
  const options = { path: "/mcp", serve, ...direct }
  // @ts-expect-error: Express has no fetch.
  expect(problemsOf(() => protectMcp(express(), options))).toEqual({
    app: "must be a Hono app; for other frameworks there is mcpGuard",
  })
})

test("all mistakes are reported at once, by mcpGuard and by protectMcp under their own names", () => {
  const options = {
    verifier,
    serve: "no",
    policy: { tools: { x: { roles: "Admin" } } },
    maxBodyBytes: 0,
  }
  const problems = {
    resource: "is missing; it is required unless proxy is set",
    authorizationServers: "is missing; it is required unless proxy is set",
    serve: "must be a function (request, { authInfo, parsedBody }) => Response",
    "policy.tools.x.roles": "must be a list",
    maxBodyBytes: "must be at least 1",
  }
  expect(guardProblems(options)).toEqual(problems)
  expect(mountProblems(options)).toEqual(problems)
  expect(() => mcpGuard(options as never)).toThrow(/^mcpGuard:/)
  expect(() => protectMcp(new Hono(), options as never)).toThrow(/^protectMcp:/)
})

test("the options of sdk1Sessions are checked too", () => {
  const options = { maxSessions: 0, idleMinutes: -1, maxSession: 5 }
  expect(problemsOf(() => sdk1Sessions(() => undefined as never, options as never))).toEqual({
    maxSessions: "must be at least 1",
    idleMinutes: "must be more than 0",
    maxSession: "is not an option; did you mean maxSessions?",
  })
})
