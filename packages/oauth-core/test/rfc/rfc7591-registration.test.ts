import { describe, expect, it } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

async function register(server: Fixture, metadata: unknown, headers: Record<string, string> = {}) {
  const response = await server.request("/register", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof metadata === "string" ? metadata : JSON.stringify(metadata),
  })
  return { response, body: (await response.json()) as Record<string, unknown> }
}

const uris = { redirect_uris: [redirectUri] }

describe("the response (§3.2.1)", () => {
  it("is 201, must not be cached, and contains everything that was registered", async () => {
    const server = createFixture()
    const { response, body } = await register(server, {
      ...uris,
      client_name: "Claude",
      client_uri: "https://client.example.com",
      token_endpoint_auth_method: "none",
      scope: "read",
      contacts: ["ops@client.example.com"],
      tos_uri: "https://client.example.com/tos",
      policy_uri: "https://client.example.com/policy",
      software_id: "4NRB1-0XZABZI9E6-5SM3R",
      software_version: "2.0",
      application_type: "web",
      logo_uri: "https://client.example.com/logo.png",
      something_new: { a: 1 },
    })
    expect(response.status).toBe(201)
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({
      client_id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      client_id_issued_at: server.now() / 1000,
      registration_access_token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      registration_client_uri: `https://mcp.example.com/register/${body.client_id}`,
      redirect_uris: [redirectUri],
      client_name: "Claude",
      client_uri: "https://client.example.com",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      scope: "read",
      contacts: ["ops@client.example.com"],
      tos_uri: "https://client.example.com/tos",
      policy_uri: "https://client.example.com/policy",
      software_id: "4NRB1-0XZABZI9E6-5SM3R",
      software_version: "2.0",
      application_type: "web",
    })
    expect(server.events).toEqual([
      { type: "client.registered", clientId: body.client_id, clientName: "Claude" },
    ])
  })

  it("gives each client its own id and token", async () => {
    const server = createFixture()
    const one = await server.register()
    const other = await server.register()
    for (const member of ["client_id", "registration_access_token"]) {
      expect(one[member]).not.toBe(other[member])
    }
  })

  it.each([undefined, "client_secret_basic", "client_secret_post"])(
    "has a secret, and when it expires, for a confidential client (%s)",
    async (method) => {
      const { body } = await register(createFixture(), {
        ...uris,
        token_endpoint_auth_method: method,
      })
      expect(body).toMatchObject({
        client_secret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
        client_secret_expires_at: 0,
        token_endpoint_auth_method: method ?? "client_secret_basic",
      })
    },
  )

  it("has no secret for a public client", async () => {
    const { body } = await register(createFixture(), {
      ...uris,
      token_endpoint_auth_method: "none",
    })
    expect(body).not.toHaveProperty("client_secret")
    expect(body).not.toHaveProperty("client_secret_expires_at")
  })

  it("says what the client can use here, whatever else it asked for (§2)", async () => {
    const { body } = await register(createFixture(), {
      ...uris,
      grant_types: ["authorization_code", "implicit", "client_credentials"],
      response_types: ["code", "token", "code id_token"],
    })
    expect(body.grant_types).toEqual(["authorization_code", "refresh_token"])
    expect(body.response_types).toEqual(["code"])
  })

  it("treats null and the empty string as absent", async () => {
    const empty = { client_uri: "", tos_uri: null, client_name: "", jwks_uri: null, scope: "" }
    const { response, body } = await register(createFixture(), { ...uris, ...empty })
    expect(response.status).toBe(201)
    for (const member of Object.keys(empty)) expect(body).not.toHaveProperty(member)
  })
})

describe("invalid_client_metadata (§3.2.2)", () => {
  it.each<[string, object]>([
    ["an unknown authentication method", { token_endpoint_auth_method: "client_secret_jwt" }],
    ["no supported grant type", { grant_types: ["client_credentials"] }],
    ["the implicit grant", { grant_types: ["implicit"] }],
    ["no supported response type", { response_types: ["token"] }],
    ["a name of 101 characters", { client_name: "x".repeat(101) }],
    ["a name that is not a string", { client_name: { en: "x" } }],
    ["a client_uri that runs a script", { client_uri: "javascript:alert(1)" }],
    ["a policy_uri that is not a URL", { policy_uri: "nowhere" }],
    ["an unknown application type", { application_type: "service" }],
    ["jwks and jwks_uri", { jwks: { keys: [] }, jwks_uri: "https://a.example/jwks" }],
    ["private_key_jwt without a key", { token_endpoint_auth_method: "private_key_jwt" }],
    ["a private key", { jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }] } }],
    ["a shared key", { jwks: { keys: [{ kty: "oct", k: "k" }] } }],
    ["too many keys", { jwks: { keys: Array.from({ length: 11 }, () => ({ kty: "EC" })) } }],
    [
      "a jwks_uri without TLS",
      { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "http://a.example/jwks" },
    ],
    [
      "a jwks_uri on a server that fetches nothing",
      { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://a.example/jwks" },
    ],
  ])("%s", async (_, metadata) => {
    const server = createFixture()
    const { response, body } = await register(server, { ...uris, ...metadata })
    expect(response.status).toBe(400)
    expect(body.error).toBe("invalid_client_metadata")
    expect(server.reasons()).toEqual(["client_metadata_invalid"])
  })

  it.each<[string, string]>([
    ["a line break", "Cla\nude"],
    ["a null", "Cla\0ude"],
    ["a right-to-left override", "Cl\u202Eedu"],
    ["a bidi isolate", "Cl\u2066ude"],
    ["a zero-width space", "Cla\u200Bude"],
    ["a zero-width joiner", "Cla\u200Dude"],
    ["a byte order mark", "Cla\uFEFFude"],
    ["a soft hyphen", "Cla\u00ADude"],
    ["a combining grapheme joiner", "Cla\u034Fude"],
    ["a blank letter", "Cla\u3164ude"],
    ["a blank braille cell", "Cla\u2800ude"],
    ["a tag character", "Claude\u{E0041}"],
    ["half a character", "Claude\uD800"],
    ["a line separator", "Cla\u2028ude"],
  ])("a name with %s", async (_, name) => {
    const { response, body } = await register(createFixture(), { ...uris, client_name: name })
    expect(response.status).toBe(400)
    expect(body.error).toBe("invalid_client_metadata")
  })

  it.each(["Claude", "Café ☕", "Приложение", "アプリ 2.0", "✈️ Reisen", "x".repeat(100)])(
    "accepts the name %s",
    async (name) => {
      const { body } = await register(createFixture(), { ...uris, client_name: ` ${name} ` })
      expect(body.client_name).toBe(name)
    },
  )

  it.each(["", "{", "[]", '"x"', "null", "1"])("a body that is not an object: %s", async (text) => {
    const { response, body } = await register(createFixture(), text)
    expect(response.status).toBe(400)
    expect(body.error).toBe("invalid_client_metadata")
  })
})

describe("invalid_redirect_uri (§3.2.2)", () => {
  it.each<[string, unknown]>([
    ["none", undefined],
    ["an empty list", []],
    ["not a list", redirectUri],
    ["not strings", [1]],
    ["eleven", Array.from({ length: 11 }, (_, index) => `${redirectUri}/${index}`)],
    ["one of 2049 characters", [`${redirectUri}?${"x".repeat(2049 - redirectUri.length - 1)}`]],
    ["a valid and an invalid one", [redirectUri, "http://client.example.com/callback"]],
  ])("%s", async (_, given) => {
    const server = createFixture()
    const { response, body } = await register(server, { redirect_uris: given })
    expect(response.status).toBe(400)
    expect(body.error).toBe("invalid_redirect_uri")
    expect(server.reasons()).toEqual(["redirect_uri_invalid"])
  })

  it("accepts ten of 1 KB each, and one of 2048 characters", async () => {
    const server = createFixture()
    const padded = (length: number, salt: number) => `${redirectUri}?${salt}`.padEnd(length, "x")
    const ten = Array.from({ length: 10 }, (_, index) => padded(1024, index))
    expect((await register(server, { redirect_uris: ten })).response.status).toBe(201)
    const one = await register(server, { redirect_uris: [padded(2048, 0)] })
    expect(one.response.status).toBe(201)
  })
})

describe("the request", () => {
  it.each(["application/x-www-form-urlencoded", "text/plain", ""])(
    "of another media type (%s) is refused, naming the right one",
    async (type) => {
      const { response, body } = await register(createFixture(), uris, { "content-type": type })
      expect(response.status).toBe(415)
      expect(body).toEqual({
        error: "invalid_request",
        error_description: "Send the body as application/json.",
      })
    },
  )

  it("of more than 16 KB is refused", async () => {
    const large = { ...uris, software_statement: "x".repeat(16 * 1024) }
    const { response, body } = await register(createFixture(), large)
    expect([response.status, body.error]).toEqual([413, "invalid_request"])
  })

  it("an error says which member is wrong, in the characters that the RFC allows", async () => {
    const { body } = await register(createFixture(), {
      ...uris,
      token_endpoint_auth_method: 'a"b\\ü',
    })
    expect(body.error_description).toMatch(
      /^token_endpoint_auth_method: [\x20-\x21\x23-\x5b\x5d-\x7e]+$/,
    )
  })

  it.each([
    [
      { redirect_uris: Array(11).fill("https://a.example/") },
      "redirect_uris: must have at most 10 entries",
    ],
    [{ redirect_uris: "https://a.example/" }, "redirect_uris: must be a list"],
    [{}, "redirect_uris: is missing"],
    [{ ...uris, client_name: "n".repeat(101) }, "client_name: must have at most 100 characters"],
    [{ ...uris, application_type: "desktop" }, "application_type: must be 'web' or 'native'"],
    [{ ...uris, grant_types: [1] }, "grant_types.0: must be a string"],
    [[], "the document: must be an object"],
  ])("what is wrong with %j is said in plain words", async (metadata, description) => {
    const { response, body } = await register(createFixture(), metadata as Record<string, unknown>)
    expect(response.status).toBe(400)
    expect(body.error_description).toBe(description)
  })
})

describe("who may register (§3)", () => {
  const accessToken = "initial-access-token-of-the-operator"

  it("anybody by default", async () => {
    expect((await register(createFixture(), uris)).response.status).toBe(201)
  })

  it("anybody who has the initial access token", async () => {
    const server = createFixture({ registration: { accessToken } })
    const bearer = { authorization: `Bearer ${accessToken}` }
    expect((await register(server, uris, bearer)).response.status).toBe(201)
    for (const headers of [{}, { authorization: "Bearer wrong" }] as const) {
      const { response, body } = await register(server, uris, headers)
      expect([response.status, body.error]).toEqual([401, "invalid_token"])
    }
    expect(server.reasons()).toEqual(["registration_refused", "registration_refused"])
  })

  it("nobody if registration is closed, and then it is not advertised", async () => {
    const server = createFixture({ registration: false })
    const { response, body } = await register(server, uris)
    expect([response.status, body.error]).toEqual([403, "access_denied"])
    const metadata = await (await server.request("/.well-known/oauth-authorization-server")).json()
    expect(metadata).not.toHaveProperty("registration_endpoint")
    const unknown = await server.request(server.authorizationUrl("nobody"))
    expect(await unknown.text()).toContain("Ask the operator")
  })

  it("only clients that onRegister accepts; others get its message", async () => {
    const server = createFixture({
      onRegister: ({ name }) => (name === "Claude" ? undefined : 'Nur "Claude" für alle.'),
    })
    expect((await register(server, { ...uris, client_name: "Claude" })).response.status).toBe(201)
    const { response, body } = await register(server, { ...uris, client_name: "Other" })
    expect(response.status).toBe(400)
    expect(body).toEqual({
      error: "invalid_client_metadata",
      error_description: "Nur 'Claude' fur alle.",
    })
  })

  it("a short initial access token is a configuration error", () => {
    expect(() => createFixture({ registration: { accessToken: "short" } })).toThrow("32 characters")
  })
})

describe("application_type", () => {
  it.each<[string, string, boolean]>([
    ["web", "https://client.example.com/callback", true],
    ["web", "https://localhost/callback", false],
    ["web", "https://127.0.0.1/callback", false],
    ["web", "http://127.0.0.1/callback", false],
    ["web", "http://localhost:3000/callback", false],
    ["web", "cursor://callback", false],
    ["native", "https://client.example.com/callback", true],
    ["native", "http://127.0.0.1/callback", true],
    ["native", "http://[::1]:3000/callback", true],
    ["native", "http://localhost/callback", true],
    ["native", "cursor://callback", true],
    ["native", "http://client.example.com/callback", false],
  ])("%s with %s", async (type, uri, good) => {
    const { response, body } = await register(createFixture(), {
      redirect_uris: [uri],
      application_type: type,
    })
    expect(response.status).toBe(good ? 201 : 400)
    if (!good) expect(body.error).toBe("invalid_redirect_uri")
  })
})
