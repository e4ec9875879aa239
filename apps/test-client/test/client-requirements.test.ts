// What an MCP client must do: one test for each requirement.

import { describe, expect, test } from "vitest"
import { callback, ISSUER, json, RESOURCE } from "./support/example-server.ts"
import { run } from "./support/run.ts"

const MCP = "http://mcp.localhost:8000"
const AUTH = "http://auth.localhost:9000"
const challenge = (value: string) => (response: Response) =>
  response.status === 401
    ? new Response(null, { status: 401, headers: { "www-authenticate": value } })
    : response

describe("protected resource metadata: from the header, else path-inserted, else root (2025-11-25)", () => {
  test("from the header", async () => {
    const { server } = await run()
    expect(server.requests[1]).toBe(`GET ${MCP}/.well-known/oauth-protected-resource/mcp`)
    expect(server.requests[2]).toMatch(`GET ${AUTH}`)
  })

  test("from another place, if the header says so", async () => {
    const elsewhere = `${MCP}/metadata`
    const { server } = await run({
      twists: {
        "POST /mcp": challenge(`Bearer resource_metadata="${elsewhere}"`),
        "GET /metadata": () =>
          Response.json({ resource: RESOURCE, authorization_servers: [ISSUER] }),
      },
    })
    expect(server.requests[1]).toBe(`GET ${elsewhere}`)
    expect(server.requests[2]).toMatch(`GET ${AUTH}`)
  })

  test("path-inserted, then root, without a header", async () => {
    const { server, broken } = await run({
      twists: {
        "POST /mcp": challenge("Bearer"),
        "GET /.well-known/oauth-protected-resource/mcp": () => new Response(null, { status: 404 }),
      },
    })
    expect(server.requests.slice(1, 3)).toEqual([
      `GET ${MCP}/.well-known/oauth-protected-resource/mcp`,
      `GET ${MCP}/.well-known/oauth-protected-resource`,
    ])
    expect(broken).toContain("SHOULD challenge-metadata")
  })
})

describe("server metadata: oauth path-inserted, oidc path-inserted, oidc path-appended (2025-11-25)", () => {
  const places = [
    "/.well-known/oauth-authorization-server/tenant",
    "/.well-known/openid-configuration/tenant",
    "/tenant/.well-known/openid-configuration",
  ]
  test.each(places.map((path, index) => [path, index] as const))("%s", async (path, index) => {
    const { server, result } = await run({ metadataPath: path })
    expect(server.requests.filter((line) => line.includes("/.well-known/o")).slice(1)).toEqual(
      places.slice(0, index + 1).map((place) => `GET ${AUTH}${place}`),
    )
    expect(result.ok).toBe(true)
  })
})

describe("metadata that belongs to another server is not used", () => {
  test("issuer mismatch: refuse (RFC 8414 §3.3)", async () => {
    const { failure, broken, server } = await run({ metadata: { issuer: `${ISSUER}/` } })
    expect(broken).toEqual(["MUST issuer-matches"])
    expect(failure).toMatch(/^server: The metadata belongs to .*\/tenant\/, not to/)
    expect(server.registrations).toEqual([])
  })

  test("resource mismatch: stop (RFC 9728 §3.3)", async () => {
    const { failure, broken, server } = await run({
      twists: {
        "GET /.well-known/oauth-protected-resource/mcp": json((body) => {
          body.resource = MCP
        }),
      },
    })
    expect(broken).toEqual(["MUST resource-matches"])
    expect(failure).toMatch(/^resource: /)
    expect(server.requests.some((line) => line.includes(AUTH))).toBe(false)
  })
})

describe("PKCE with S256 (2025-11-25)", () => {
  test("challenge and verifier are sent", async () => {
    const { server } = await run()
    expect(server.authorizations[0]).toMatchObject({ code_challenge_method: "S256" })
    expect(server.authorizations[0]?.code_challenge).toHaveLength(43)
    expect(server.tokenRequests[0]?.code_verifier).toHaveLength(43)
  })

  test.each([[undefined], [["plain"]], [[]]])("refused if %j is advertised", async (methods) => {
    const { failure, broken, server } = await run({
      metadata: { code_challenge_methods_supported: methods },
    })
    expect(broken).toEqual(["MUST pkce-advertised"])
    expect(failure).toContain("a client must refuse")
    expect(server.authorizations).toEqual([])
  })
})

test("resource, verbatim, in authorization, token and refresh requests (2025-06-18)", async () => {
  const { server } = await run()
  expect(server.authorizations.map(({ resource }) => resource)).toEqual([RESOURCE])
  expect(server.tokenRequests.map(({ resource }) => resource)).toEqual([RESOURCE, RESOURCE])
})

test("a root resource keeps its spelling, without a slash added", async () => {
  const root = { resource: MCP, authorization_servers: [ISSUER] }
  const { server } = await run(
    {
      twists: {
        "POST /": () =>
          new Response(null, { status: 401, headers: { "www-authenticate": "Bearer" } }),
        "GET /.well-known/oauth-protected-resource": () => Response.json(root),
      },
    },
    { url: MCP },
  )
  expect(server.authorizations[0]?.resource).toBe(MCP)
})

describe("iss is checked without normalising, on errors too (SEP-2468)", () => {
  const twist = (change: (parameters: URLSearchParams) => void) => ({
    twists: { "POST /consent": callback(change) },
  })
  test.each([
    ["another issuer", (p: URLSearchParams) => p.set("iss", "http://evil.localhost")],
    ["a slash added", (p: URLSearchParams) => p.set("iss", `${ISSUER}/`)],
    ["absent though advertised", (p: URLSearchParams) => p.delete("iss")],
    [
      "another issuer's error",
      (p: URLSearchParams) => {
        p.set("iss", "http://evil.localhost")
        p.set("error", "access_denied")
      },
    ],
  ])("%s", async (_, change) => {
    const { failure, broken, server } = await run(twist(change))
    expect(broken).toEqual(["MUST iss-returned"])
    expect(failure).toMatch(/^callback: The (response|server)/)
    expect(server.tokenRequests).toEqual([])
  })

  test("absent and not advertised is allowed", async () => {
    const { result, broken } = await run({
      ...twist((p) => p.delete("iss")),
      metadata: { authorization_response_iss_parameter_supported: undefined },
    })
    expect(broken).toEqual(["SHOULD iss-advertised"])
    expect(result.ok).toBe(true)
  })

  test("present and wrong is refused, advertised or not", async () => {
    const { broken } = await run({
      ...twist((p) => p.set("iss", "http://evil.localhost")),
      metadata: { authorization_response_iss_parameter_supported: undefined },
    })
    expect(broken).toContain("MUST iss-returned")
  })
})

test.each([
  ["another", (p: URLSearchParams) => p.set("state", "forged")],
  ["none", (p: URLSearchParams) => p.delete("state")],
])("state is verified: %s is refused", async (_, change) => {
  const { broken, server } = await run({ twists: { "POST /consent": callback(change) } })
  expect(broken).toEqual(["MUST state-returned"])
  expect(server.tokenRequests).toEqual([])
})

test("an error of the authorization server ends the flow, and is quoted", async () => {
  const { failure, server } = await run({
    twists: {
      "POST /consent": callback((p) => {
        p.delete("code")
        p.set("error", "access_denied")
        p.set("error_description", "Alice said no")
      }),
    },
  })
  expect(failure).toBe("callback: The sign-in ended with access_denied: Alice said no")
  expect(server.tokenRequests).toEqual([])
})

describe("registration order: pre-registered, metadata document, dynamic, ask (2025-11-25)", () => {
  const document = "https://client.example/client.json"
  const cimd = { client_id_metadata_document_supported: true }

  test("pre-registered, with a secret", async () => {
    const { server } = await run(
      { metadata: cimd },
      { clientId: "known", clientSecret: "s3cret-value", clientMetadataUrl: document },
    )
    expect(server.registrations).toEqual([])
    expect(server.authorizations[0]?.client_id).toBe("known")
  })

  test("a metadata document", async () => {
    const { server, result } = await run({ metadata: cimd }, { clientMetadataUrl: document })
    expect(server.registrations).toEqual([])
    expect(server.authorizations[0]?.client_id).toBe(document)
    expect(result.ok).toBe(true)
  })

  test("dynamic, if documents are not advertised", async () => {
    const { server, broken } = await run({}, { clientMetadataUrl: document })
    expect(server.registrations).toHaveLength(1)
    expect(broken).toEqual(["SHOULD client-metadata-document"])
  })

  test("otherwise it asks for a client ID", async () => {
    const { failure } = await run({ metadata: { registration_endpoint: undefined } })
    expect(failure).toMatch(/^register: .*--client-id/)
  })
})

describe("a client with a secret authenticates", () => {
  const secret = "a secret/with+signs"
  async function sent(metadata: Record<string, unknown>) {
    const headers: (string | null)[] = []
    const { server } = await run(
      {
        metadata,
        twists: {
          "POST /token": (response, request) => {
            headers.push(request.headers.get("authorization"))
            return response
          },
        },
      },
      { clientId: "known", clientSecret: secret },
    )
    return { basic: headers[0], form: server.tokenRequests[0] }
  }

  test("by Basic, with its parts form-encoded, if nothing else is said (RFC 6749 §2.3.1)", async () => {
    const { basic, form } = await sent({})
    expect(atob(basic?.replace("Basic ", "") ?? "")).toBe("known:a+secret%2Fwith%2Bsigns")
    expect(form?.client_secret).toBeUndefined()
  })

  test("in the body, if the server offers only that", async () => {
    const methods = { token_endpoint_auth_methods_supported: ["client_secret_post", "none"] }
    const { basic, form } = await sent(methods)
    expect(basic).toBeNull()
    expect(form).toMatchObject({ client_id: "known", client_secret: secret })
  })
})

test("application_type is native (SEP-837)", async () => {
  const { server } = await run()
  expect(server.registrations).toMatchObject([
    { application_type: "native", token_endpoint_auth_method: "none" },
  ])
})

test("credentials belong to an issuer: each one is registered with anew (SEP-2352)", async () => {
  const first = await run()
  const second = await run()
  expect([first, second].map(({ server }) => server.registrations.length)).toEqual([1, 1])
})

describe("scope: from the challenge, else all that the resource lists, else none (SEP-835)", () => {
  const noOffline = { scopes_supported: ["mcp.read"] }
  const listed = (scopes: string[] | undefined) =>
    json((body) => {
      body.scopes_supported = scopes
    })
  test.each([
    ["from the challenge", 'Bearer scope="mcp.read x"', ["mcp.write"], "mcp.read x"],
    ["from the resource metadata", "Bearer", ["mcp.read", "mcp.write"], "mcp.read mcp.write"],
    ["none", "Bearer", undefined, undefined],
  ])("%s", async (_, header, scopes, expected) => {
    const { server } = await run({
      metadata: noOffline,
      twists: {
        "POST /mcp": challenge(header),
        "GET /.well-known/oauth-protected-resource/mcp": listed(scopes),
      },
    })
    expect(server.authorizations[0]?.scope).toBe(expected)
  })

  test("offline_access only if the authorization server lists it (SEP-2207)", async () => {
    expect((await run()).server.authorizations[0]?.scope).toBe("mcp.read offline_access")
    const without = await run({ metadata: noOffline })
    expect(without.server.authorizations[0]?.scope).toBe("mcp.read")
  })

  test("what the person asked for goes first", async () => {
    const { server } = await run({ metadata: noOffline }, { scope: "mcp.write" })
    expect(server.authorizations[0]?.scope).toBe("mcp.write")
  })
})

describe("step-up (SEP-2350)", () => {
  const protect = { policy: { tools: { write: { scopes: ["mcp.write"] } } } }

  test("asks for the union of scopes and calls again", async () => {
    const { server, result } = await run({ protect }, { tool: "write" })
    expect(server.authorizations.map(({ scope }) => scope)).toEqual([
      "mcp.read offline_access",
      "mcp.read offline_access mcp.write",
    ])
    expect(result.steps.map(({ id }) => id)).toEqual(
      "call resource server register authorize sign-in callback token tools tool authorize sign-in callback token tool refusals refresh tool-again".split(
        " ",
      ),
    )
    expect(result.ok).toBe(true)
  })

  test("is bounded", async () => {
    const { server, failure } = await run(
      {
        protect: { policy: { tools: { whoami: { scopes: ["never.granted"] } } } },
        twists: {
          "POST /token": json((body) => {
            body.scope = "mcp.read"
          }),
          "POST /consent": (response) => response,
          "POST /mcp": (response) => response,
          "GET /authorize": async (response, request) => {
            const html = await response.text()
            const asked = new URL(request.url).searchParams.get("scope") ?? ""
            return new Response(html.replaceAll(asked, "mcp.read"), response)
          },
        },
      },
      { tool: "whoami" },
    )
    expect(server.authorizations).toHaveLength(3)
    expect(failure).toMatch(/^tool: /)
  })
})

describe("the token", () => {
  test("goes in the header of every request, and never in a query (OAuth 2.1 §5.1)", async () => {
    const { server, result } = await run()
    const calls = result.steps
      .filter(({ id }) => id === "tools" || id.startsWith("tool"))
      .flatMap(({ exchanges }) => exchanges)
    expect(calls.length).toBeGreaterThan(3)
    for (const { request } of calls) {
      expect(request.headers.authorization).toMatch(/^Bearer /)
      expect(request.url).not.toContain("access_token")
    }
    const withQuery = server.requests.filter((line) => line.includes("access_token"))
    expect(withQuery).toHaveLength(1)
  })
})

test.each(["javascript:alert(1)", "file:///etc/passwd", "ms-settings:"])(
  "an authorization URL like %s is never opened (Security Best Practices)",
  async (endpoint) => {
    const { broken, result } = await run({ metadata: { authorization_endpoint: endpoint } })
    expect(broken).toEqual(["MUST secure-endpoints"])
    expect(result.steps.map(({ id }) => id)).not.toContain("sign-in")
  },
)

test.each(["authorization_endpoint", "token_endpoint", "registration_endpoint"])(
  "%s must be https, except on loopback",
  async (name) => {
    const { broken } = await run({ metadata: { [name]: "http://auth.example/x" } })
    expect(broken).toEqual(["MUST secure-endpoints"])
  },
)
