import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseAuthorizationRequest } from "../../src/protocol/authorization-request.ts"
import { parseClientMetadataDocument } from "../../src/protocol/client-id-metadata-document.ts"
import { clientMetadataSchema, parseClientMetadata } from "../../src/protocol/client-metadata.ts"
import { grantTypes } from "../../src/protocol/grant-type.ts"
import { collectParameters, readParameters, shown } from "../../src/protocol/parameters.ts"
import { isCodeVerifier, readCodeChallenge } from "../../src/protocol/pkce.ts"
import { chooseScopes, narrowScopes, parseScope } from "../../src/protocol/scope.ts"
import { parseTokenRequest } from "../../src/protocol/token-request.ts"
import { fromBase64url, toBase64url } from "../../src/tokens/encoding.ts"
import { parseRefreshToken } from "../../src/tokens/refresh-token.ts"
import { anyText, parsed, trickyUri } from "./arbitraries.ts"

const runs = { numRuns: 1000 }
const names = ["scope", "state", "resource", "prompt", "claims", "code", "grant_type", "x"] as const
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...names), anyText), anyText), { maxLength: 8 })
  .map((entries) => new URLSearchParams(entries))

describe("parameters", () => {
  it("that are read appear once, and are never empty", () => {
    fc.assert(
      fc.property(query, (given) => {
        const read = parsed(() => readParameters(given))
        for (const name of new Set(given.keys())) {
          const values = given.getAll(name).filter((value) => value !== "")
          if (!read) continue
          expect(read.getAll(name)).toEqual(values)
          if (name !== "resource") expect(values.length).toBeLessThanOrEqual(1)
        }
      }),
      runs,
    )
  })

  it("that are collected are refused by name when they are read", () => {
    fc.assert(
      fc.property(query, fc.constantFrom(...names), (given, name) => {
        const values = given.getAll(name).filter((value) => value !== "")
        const value = parsed(() => collectParameters(given).get(name))
        expect(value).toBe(values.length === 1 ? values[0] : undefined)
      }),
      runs,
    )
  })

  it("are shown in a safe form", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(shown(text)).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]{0,63}$/)
      }),
      runs,
    )
  })
})

describe("scopes", () => {
  const scope = fc.constantFrom("read", "write", "admin", "openid", "offline_access", "a:b/c.d")
  const scopes = fc.array(scope, { maxLength: 5 })
  const text = fc.oneof(
    scopes.map((list) => list.join(" ")),
    anyText,
    fc.constant(undefined),
  )

  it("are valid tokens without duplicates or OIDC's scopes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          scopes.map((list) => list.join(" ")),
          anyText,
        ),
        (given) => {
          const read = parsed(() => parseScope(given))
          if (!read) return
          expect(new Set(read).size).toBe(read.length)
          for (const one of read) {
            expect(one).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
            expect(["openid", "offline_access"]).not.toContain(one)
            expect(given.split(" ")).toContain(one)
          }
        },
      ),
      runs,
    )
  })

  it("are never more than supported, and never more than granted", () => {
    fc.assert(
      fc.property(text, scopes, (given, available) => {
        for (const choose of [chooseScopes, narrowScopes]) {
          const chosen = parsed(() => choose(given, available))
          for (const one of chosen ?? []) expect(available).toContain(one)
        }
      }),
      runs,
    )
  })
})

describe("an authorization request", () => {
  const good: Record<string, string> = {
    response_type: "code",
    code_challenge: "c".repeat(43),
    code_challenge_method: "S256",
    scope: "read",
    resource: "https://mcp.example.com/mcp",
  }
  const policy = {
    resources: [{ resource: "https://mcp.example.com/mcp", scopes: ["read", "write"] }],
  }
  const changed = fc
    .tuple(
      fc.array(
        fc.tuple(
          fc.constantFrom(...Object.keys(good), "prompt", "claims", "login_hint", "ui_locales"),
          fc.oneof(
            anyText,
            fc.constantFrom("none", "login consent", "{}", '{"a":1}', "code token"),
          ),
        ),
        { maxLength: 3 },
      ),
      query,
    )
    .map(([changes, more]) => {
      const parameters = new URLSearchParams(good)
      for (const [name, value] of changes) parameters.set(name, value)
      for (const [name, value] of more) parameters.append(name, value)
      return parameters
    })

  it("is validated or refused", () => {
    fc.assert(
      fc.property(changed, (given) => {
        const request = parsed(() => parseAuthorizationRequest(collectParameters(given), policy))
        if (!request) return
        expect(given.get("response_type")).toBe("code")
        expect(request.codeChallenge).toMatch(/^[\w-]{43}$/)
        expect(request.resource).toBe("https://mcp.example.com/mcp")
        for (const scope of request.scopes) expect(["read", "write"]).toContain(scope)
        expect([undefined, "none", "login", "select_account"]).toContain(request.hints.prompt)
        expect(request.hints.claims?.length ?? 0).toBeLessThanOrEqual(2048)
        if (request.hints.claims) JSON.parse(request.hints.claims)
        expect(JSON.stringify(request).length).toBeLessThan(8000)
      }),
      runs,
    )
  })

  it("has an S256 challenge or is refused", () => {
    fc.assert(
      fc.property(anyText, fc.option(anyText), (challenge, method) => {
        const given = new URLSearchParams({ code_challenge: challenge })
        if (method !== null) given.set("code_challenge_method", method)
        const read = parsed(() => readCodeChallenge(collectParameters(given)))
        if (read !== undefined) expect(method).toBe("S256")
      }),
      runs,
    )
  })
})

describe("a token request", () => {
  const grantType = fc.constantFrom(...grantTypes, "password", "")
  it("has what its grant type requires or is refused", () => {
    fc.assert(
      fc.property(grantType, query, anyText, (type, more, verifier) => {
        const given = new URLSearchParams(more)
        given.set("grant_type", type)
        given.set("code_verifier", verifier)
        const request = parsed(() => parseTokenRequest(readParameters(given), grantTypes))
        if (request?.grantType === "authorization_code") {
          expect(isCodeVerifier(request.codeVerifier)).toBe(true)
          expect(request.code).not.toBe("")
        }
        if (request?.grantType === "refresh_token") expect(request.refreshToken).not.toBe("")
      }),
      runs,
    )
  })
})

describe("client metadata", () => {
  const member = fc.oneof(anyText, fc.jsonValue(), fc.array(trickyUri, { maxLength: 3 }))
  const metadata = fc
    .dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(clientMetadataSchema.shape)), anyText),
      member,
    )
    .chain((rest) =>
      fc.record({ redirect_uris: fc.array(trickyUri, { maxLength: 11 }) }).map((uris) => ({
        ...rest,
        ...uris,
      })),
    )
  const given = fc.oneof({ weight: 4, arbitrary: metadata }, fc.jsonValue(), anyText)

  it("is validated or refused", () => {
    fc.assert(
      fc.property(given, (document) => {
        const read = parsed(() => parseClientMetadata(document, grantTypes))
        if (!read) return
        expect(read.redirect_uris.length).toBeGreaterThan(0)
        expect(read.redirect_uris.length).toBeLessThanOrEqual(10)
        expect(read.grant_types).toEqual(["authorization_code", "refresh_token"])
        expect(read.client_name?.length ?? 0).toBeLessThanOrEqual(100)
        // What was kept survives being stored and read again.
        expect(clientMetadataSchema.parse(read)).toEqual(read)
      }),
      runs,
    )
  })

  it("in a document contains its own URL or is refused", () => {
    const id = "https://client.example.com/client.json"
    fc.assert(
      fc.property(given, fc.boolean(), (document, named) => {
        const whole =
          named && typeof document === "object" && document !== null
            ? { client_id: id, client_name: "x", ...document }
            : document
        const read = parsed(() => parseClientMetadataDocument(id, whole))
        if (read) expect(["none", "private_key_jwt"]).toContain(read.token_endpoint_auth_method)
      }),
      runs,
    )
  })
})

describe("tokens", () => {
  it("a refresh token has one spelling", () => {
    const token = fc
      .tuple(
        fc.stringMatching(/^[\w-]{20,23}$/),
        fc.oneof(fc.nat().map(String), anyText),
        fc.stringMatching(/^[\w-]{42,44}$/),
      )
      .map((parts) => parts.join("."))
    fc.assert(
      fc.property(fc.oneof(token, anyText), (text) => {
        const parts = parseRefreshToken(text)
        if (parts) expect(`${parts.grantId}.${parts.counter}.${parts.mac}`).toBe(text)
      }),
      runs,
    )
  })

  it("base64url has one spelling for one value", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(/^[\w-]*$/)), (text) => {
        const bytes = fromBase64url(text)
        if (bytes) expect(toBase64url(bytes)).toBe(text)
      }),
      runs,
    )
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes)
      }),
      runs,
    )
  })
})
