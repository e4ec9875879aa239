import { describe, expect, it } from "vitest"
import { documentServer } from "../support/document-server.ts"
import { createFixture } from "../support/fixture.ts"

const atRoot = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
const belowPath = [
  "/.well-known/oauth-authorization-server/team/a",
  "/.well-known/openid-configuration/team/a",
  "/team/a/.well-known/openid-configuration",
  "/team/a/.well-known/oauth-authorization-server",
]

type Metadata = Record<string, unknown>
const read = async (server: ReturnType<typeof createFixture>, path: string) =>
  (await (await server.request(path)).json()) as Metadata

describe("where it is (§3.1)", () => {
  it.each(atRoot)("%s", async (path) => {
    const response = await createFixture().request(path)
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toMatch(/^application\/json/)
    expect(response.headers.get("cache-control")).toBe("public, max-age=3600")
  })

  it.each(belowPath)("of an issuer with a path, inserted and appended: %s", async (path) => {
    const server = createFixture({ baseUrl: "https://mcp.example.com/team/a" })
    const metadata = await read(server, path)
    expect(metadata).toMatchObject({
      issuer: "https://mcp.example.com/team/a",
      token_endpoint: "https://mcp.example.com/team/a/token",
    })
  })

  it("is the same document everywhere", async () => {
    const server = createFixture()
    const [first, second] = await Promise.all(atRoot.map((path) => read(server, path)))
    expect(first).toEqual(second)
  })

  it.each([...atRoot, "/.well-known/jwks.json"])(
    "pages of any origin may read %s",
    async (path) => {
      const server = createFixture()
      const origin = "https://inspector.example"
      const { headers } = await server.request(path, { headers: { origin } })
      expect(headers.get("access-control-allow-origin")).toBe("*")
      const preflight = await server.request(path, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "GET",
          "access-control-request-headers": "mcp-protocol-version",
        },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get("access-control-allow-headers")).toContain(
        "mcp-protocol-version",
      )
    },
  )

  it.each(atRoot)("only GET is allowed: %s", async (path) => {
    const response = await createFixture().request(path, { method: "POST" })
    expect(response.status).toBe(405)
    expect(response.headers.get("allow")).toBe("GET")
  })
})

describe("the issuer (§3.3)", () => {
  it.each([
    ["https://mcp.example.com", "https://mcp.example.com"],
    ["https://mcp.example.com/", "https://mcp.example.com"],
    ["https://mcp.example.com/team/a/", "https://mcp.example.com/team/a"],
    ["http://localhost:8000", "http://localhost:8000"],
  ])("of %s has no trailing slash: %s", async (baseUrl, issuer) => {
    const server = createFixture({ baseUrl })
    const path = `/.well-known/oauth-authorization-server${new URL(issuer).pathname.replace(/^\/$/, "")}`
    expect((await read(server, path)).issuer).toBe(issuer)
    expect(server.proxy.issuer).toBe(issuer)
  })

  it("is the configured one, whatever the Host header says", async () => {
    const response = await createFixture().request(String(atRoot[0]), {
      headers: { host: "evil.example", "x-forwarded-host": "evil.example" },
    })
    expect(await response.text()).not.toContain("evil.example")
  })

  it.each([
    "http://mcp.example.com",
    "ftp://mcp.example.com",
    "https://mcp.example.com/?a=b",
    "https://mcp.example.com/#a",
    "https://user@mcp.example.com",
    "mcp.example.com",
  ])("%s is refused at the start", (baseUrl) => {
    expect(() => createFixture({ baseUrl })).toThrow(/^oauthProxy: baseUrl/)
  })
})

describe("the document (§2)", () => {
  it("describes everything that the server supports", async () => {
    const server = createFixture({
      scopes: { "notes:read": "Read your notes" },
      resourceServers: [
        { id: "rs", secret: "s".repeat(32), resource: "https://mcp.example.com/mcp" },
      ],
      fetchDocument: documentServer().fetcher,
      documentation: "https://docs.example.com",
    })
    const at = (path: string) => `https://mcp.example.com${path}`
    const algorithms = ["ES256", "PS256", "RS256", "EdDSA"]
    const methods = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
    expect(await read(server, String(atRoot[0]))).toEqual({
      issuer: at(""),
      authorization_endpoint: at("/authorize"),
      token_endpoint: at("/token"),
      jwks_uri: at("/.well-known/jwks.json"),
      registration_endpoint: at("/register"),
      pushed_authorization_request_endpoint: at("/par"),
      revocation_endpoint: at("/revoke"),
      introspection_endpoint: at("/introspect"),
      scopes_supported: ["read", "write", "notes:read"],
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: methods,
      token_endpoint_auth_signing_alg_values_supported: algorithms,
      revocation_endpoint_auth_methods_supported: methods,
      revocation_endpoint_auth_signing_alg_values_supported: algorithms,
      introspection_endpoint_auth_methods_supported: ["client_secret_basic"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      prompt_values_supported: ["none", "login", "consent", "select_account"],
      claims_parameter_supported: true,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
      protected_resources: ["https://mcp.example.com/mcp"],
      service_documentation: "https://docs.example.com",
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
    })
  })

  it("contains no null, no empty list and no scope of OIDC", async () => {
    const server = createFixture({
      scopes: { openid: "Sign in", offline_access: "Stay signed in" },
      fetchDocument: documentServer().fetcher,
    })
    const metadata = await read(server, String(atRoot[0]))
    for (const value of Object.values(metadata)) {
      expect(value).not.toBeNull()
      if (Array.isArray(value)) expect(value).not.toHaveLength(0)
    }
    expect(metadata.scopes_supported).toEqual(["read", "write"])
  })

  it("does not offer metadata documents if they cannot be fetched", async () => {
    const metadata = await read(createFixture(), String(atRoot[0]))
    expect(metadata.client_id_metadata_document_supported).toBe(false)
  })

  it("names only endpoints that exist", async () => {
    const server = createFixture({
      resourceServers: [
        { id: "rs", secret: "s".repeat(32), resource: "https://mcp.example.com/mcp" },
      ],
    })
    const metadata = await read(server, String(atRoot[0]))
    const endpoints = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(endpoints).toHaveLength(7)
    for (const [, url] of endpoints) {
      expect(new URL(String(url)).protocol).toBe("https:")
      expect((await server.request(new URL(String(url)).pathname)).status).not.toBe(404)
    }
  })
})

describe("the keys (RFC 7517 §5)", () => {
  it("are public ES256 keys, without anything private", async () => {
    const server = createFixture()
    const response = await server.request("/.well-known/jwks.json")
    expect(response.headers.get("cache-control")).toBe("public, max-age=300")
    const { keys } = (await response.json()) as { keys: Metadata[] }
    expect(keys).toHaveLength(1)
    expect(keys[0]).toEqual({
      kty: "EC",
      crv: "P-256",
      x: expect.stringMatching(/^[\w-]{43}$/),
      y: expect.stringMatching(/^[\w-]{43}$/),
      kid: expect.stringMatching(/^[\w-]{43}$/),
      alg: "ES256",
      use: "sig",
    })
  })
})
