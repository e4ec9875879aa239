import { describe, expect, test } from "vitest"
import {
  ConfigurationError,
  firstOf,
  type IntrospectionVerifierOptions,
  introspectionVerifier,
  type JwtVerifierOptions,
  jwtVerifier,
  type TokenVerifier,
} from "../src/index.ts"

const jwt = { issuer: "https://issuer.example", audience: "https://mcp.example/mcp" }
const introspection = {
  introspectionEndpoint: "https://issuer.example/introspect",
  clientId: "rs",
  clientSecret: "secret",
  ...jwt,
}
const secret = "x".repeat(32)

/** The problems with the options, each as the option and the message. */
function problemsOf(create: () => unknown): [string, string][] {
  try {
    create()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.map(({ option, message }) => [option, message])
  }
  return []
}

describe("jwtVerifier", () => {
  const problems = (options: unknown) =>
    problemsOf(() => jwtVerifier(options as JwtVerifierOptions))

  test.each<[string, unknown, string, string]>([
    ["without an issuer", { issuer: undefined }, "issuer", "is missing"],
    [
      "with a number as issuer",
      { issuer: 7 },
      "issuer",
      "must be an issuer, a list of issuers, or a function",
    ],
    ["without an audience", { audience: undefined }, "audience", "is missing"],
    ["with an empty audience", { audience: "" }, "audience", "must not be empty"],
    ["with no audience in a list", { audience: [] }, "audience", "must have at least 1 entry"],
    [
      "with an issuer function and no keys",
      { issuer: () => jwt.issuer },
      "jwksUri",
      "is missing; keys cannot be discovered if issuer is a function",
    ],
    [
      "with an issuer whose metadata cannot be fetched",
      { issuer: "http://issuer.example" },
      "issuer",
      "must be https, or http on this machine, so that its keys can be discovered; otherwise give jwksUri",
    ],
    [
      "with one such issuer of several",
      { issuer: [jwt.issuer, "issuer"] },
      "issuer.1",
      "must be a URL, so that its keys can be discovered; otherwise give jwksUri",
    ],
    [
      "with credentials in a URL",
      { jwksUri: "https://user:password@issuer.example/keys" },
      "jwksUri",
      "must not contain credentials",
    ],
    ["with a URL of another kind", { jwksUri: 7 }, "jwksUri", "must be a URL"],
    [
      "with keys that are not a JWK Set",
      { jwks: { keys: "none" } },
      "jwks",
      "must be a JWK Set: an object with a list of keys",
    ],
    [
      "with a JWK Set without a usable key",
      { jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } },
      "jwks",
      "has no key that signatures can be verified with",
    ],
    [
      "with a private key",
      { publicKey: "-----BEGIN PRIVATE KEY-----" },
      "publicKey",
      "must be a PEM with a PUBLIC KEY or a CERTIFICATE",
    ],
    ["with a short secret", { secret: "short" }, "secret", "must have at least 32 bytes"],
    [
      "with a public key as secret",
      { secret: "-----BEGIN PUBLIC KEY-----" },
      "secret",
      "must not be a key in PEM or JWK form",
    ],
    ["with a number as secret", { secret: 7 }, "secret", "must be a string or bytes"],
    ["with a key as key function", { key: {} }, "key", "must be a function"],
    [
      "with two sources of keys",
      { secret, jwksUri: "https://issuer.example/keys" },
      "secret",
      "cannot be combined with jwksUri; give one of them",
    ],
    [
      "with an HMAC and public keys",
      { algorithms: ["ES256", "HS256"] },
      "algorithms.1",
      "needs secret; HS256 does not work with public keys",
    ],
    [
      "with another algorithm and a secret",
      { secret, algorithms: ["RS256"] },
      "algorithms.0",
      "does not work with secret; use HS256, HS384, HS512",
    ],
    ["with no algorithm", { algorithms: [] }, "algorithms", "must have at least 1 entry"],
    ["with a text for a list", { requireScopes: "a b" }, "requireScopes", "must be a list"],
    [
      "with a duration as text",
      { leewaySeconds: "5" },
      "leewaySeconds",
      "must be a number, 0 or more",
    ],
    [
      "with a duration below zero",
      { refreshIntervalSeconds: -1 },
      "refreshIntervalSeconds",
      "must be a number, 0 or more",
    ],
    [
      "with a name of another option",
      { requiredScopes: ["a"] },
      "requiredScopes",
      "is not an option; did you mean requireScopes?",
    ],
  ])("%s", (_, options, option, message) => {
    expect(problems({ ...jwt, ...(options as object) })).toEqual([[option, message]])
  })

  test("all mistakes are reported at once", () => {
    const jwksUri = "https://issuer.example/keys"
    const algorithms = ["none"]
    const options = { audience: "", jwksUri, secret: "short", leewaySecond: 5, algorithms }
    expect(problems(options)).toEqual([
      ["issuer", "is missing"],
      ["audience", "must not be empty"],
      ["secret", "must have at least 32 bytes"],
      ["algorithms.0", expect.stringMatching(/^must be "RS256", .* or "HS512"$/)],
      ["leewaySecond", "is not an option; did you mean leewaySeconds?"],
      ["secret", "cannot be combined with jwksUri; give one of them"],
    ])
  })

  test("an option that is undefined is left at its default", () => {
    const undefinedOptions = { secret: undefined, fetch: undefined, now: undefined, typ: undefined }
    expect(problems({ ...jwt, ...undefinedOptions })).toEqual([])
  })

  test("memory without a limit is allowed", () => {
    expect(problems({ ...jwt, rememberBytes: Number.POSITIVE_INFINITY })).toEqual([])
  })
})

describe("introspectionVerifier", () => {
  const problems = (options: unknown) =>
    problemsOf(() => introspectionVerifier(options as IntrospectionVerifierOptions))

  test("all mistakes are reported at once", () => {
    expect(problems({ clientAuthentication: "basic", rememberFor: 60, now: 0 })).toEqual([
      ["introspectionEndpoint", "is missing"],
      ["clientId", "is missing"],
      ["clientSecret", "is missing"],
      ["clientAuthentication", 'must be "client_secret_basic" or "client_secret_post"'],
      ["issuer", "is missing"],
      ["audience", "is missing"],
      ["now", "must be a function"],
      ["rememberFor", "is not an option; remove it"],
    ])
  })

  test.each<[string, string, unknown, string]>([
    [
      "plain http",
      "introspectionEndpoint",
      "http://issuer.example/introspect",
      "must be https, or http on this machine",
    ],
    ["an empty secret", "clientSecret", "", "must not be empty"],
    ["a negative time", "rememberSeconds", -1, "must be a number, 0 or more"],
  ])("%s is refused", (_, option, value, message) => {
    expect(problems({ ...introspection, [option]: value })).toEqual([[option, message]])
  })
})

describe("firstOf", () => {
  test("needs verifiers", () => {
    expect(() => firstOf()).toThrow("firstOf: needs at least one verifier")
    const notOne = { verifiy: async () => {} } as unknown as TokenVerifier
    expect(problemsOf(() => firstOf(jwtVerifier({ ...jwt, secret }), notOne))).toEqual([
      ["verifier 2", "must be a TokenVerifier, such as jwtVerifier({ … })"],
    ])
  })
})
