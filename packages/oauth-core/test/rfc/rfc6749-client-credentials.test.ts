import { describe, expect, it, test } from "vitest"
import {
  ConfigurationError,
  type LimitedRequest,
  newClientSecret,
  type StaticClient,
} from "../../src/index.ts"
import { assertionType, clientKey } from "../support/client-keys.ts"
import { createFixture, createWorld, redirectUri, type TokenBody } from "../support/fixture.ts"

const { secret, hash } = await newClientSecret()
const files = "https://mcp.example.com/files/mcp"
const mail = "https://mcp.example.com/mail/mcp"
const resources = [
  { resource: files, scopes: ["read", "write"] },
  { resource: mail, scopes: ["read"] },
]
const job: StaticClient = {
  clientId: "nightly-job",
  clientName: "Nightly job",
  clientSecretHash: hash,
  clientCredentials: { scopes: ["read", "write"] },
}
const credential = { client_id: job.clientId, client_secret: secret }

type Server = ReturnType<typeof createFixture>
const serverOf = (client: Partial<StaticClient> = {}, more = {}) =>
  createFixture({ resources, clients: [{ ...job, ...client }], ...more })

async function ask(server: Server, fields: Record<string, string> = {}) {
  const form = { grant_type: "client_credentials", ...credential, ...fields }
  const response = await server.post("/token", form)
  return { status: response.status, body: (await response.json()) as TokenBody, response }
}
const verify = (server: Server, token: string, resource = files) =>
  server.proxy.tokenVerifier(resource).verify(token)

describe("the token", () => {
  it("has the client as its subject, no refresh token, and is never cached (§4.4.3)", async () => {
    const server = serverOf()
    const { status, body, response } = await ask(server, { resource: files })
    expect(status).toBe(200)
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "read write",
    })
    const token = await verify(server, body.access_token)
    expect(token).toMatchObject({
      subject: "nightly-job",
      clientId: "nightly-job",
      clientName: "Nightly job",
      scopes: ["read", "write"],
      principal: {
        type: "app",
        identity: { issuer: server.proxy.issuer, subject: "nightly-job", roles: [] },
      },
    })
    expect(token.principal.identity).not.toHaveProperty("groups")
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: "token.issued", clientId: "nightly-job" }),
    )
  })

  it("is for one resource: another one refuses it", async () => {
    const server = serverOf()
    const { body } = await ask(server, { resource: mail })
    expect(body.scope).toBe("read")
    await expect(verify(server, body.access_token, files)).rejects.toMatchObject({
      code: "wrong_audience",
    })
  })

  it("has no token of the sign-in service behind it", async () => {
    const server = serverOf()
    const { body } = await ask(server, { resource: files })
    const token = await verify(server, body.access_token)
    await expect(token.upstreamToken([])).rejects.toMatchObject({
      failure: "denied",
      reason: "no_sign_in",
    })
    expect(server.events).not.toContainEqual(expect.objectContaining({ type: "upstream.failed" }))
  })

  it("lives in the store no longer than a minute beyond its expiry", async () => {
    const server = serverOf()
    await ask(server, { resource: files })
    const live = async () => {
      const kinds: string[] = []
      for await (const key of server.world.store.scan("grant:")) kinds.push(key)
      return kinds.length
    }
    expect(await live()).toBe(1)
    server.advance(61 * 60_000 + 1)
    expect(await live()).toBe(0)
  })
})

describe("what the client may get", () => {
  it("is one resource of several, which it must name", async () => {
    const { status, body } = await ask(serverOf())
    expect([status, body.error]).toEqual([400, "invalid_target"])
  })

  it("is the only resource, if it may use only one", async () => {
    const server = serverOf({ clientCredentials: { resources: [mail], scopes: ["read"] } })
    const { body } = await ask(server)
    await expect(verify(server, body.access_token, mail)).resolves.toMatchObject({
      scopes: ["read"],
    })
    expect((await ask(server, { resource: files })).body.error).toBe("invalid_target")
  })

  it("is fewer scopes if it asks for fewer, and never more than it may have (§3.3)", async () => {
    const server = serverOf({ clientCredentials: { scopes: ["read"] } })
    const narrow = await ask(serverOf(), { resource: files, scope: "write" })
    expect(narrow.body.scope).toBe("write")
    const wide = await ask(server, { resource: files, scope: "read write" })
    expect([wide.status, wide.body.scope]).toEqual([200, "read"])
    const token = await verify(server, wide.body.access_token)
    expect(token.scopes).toEqual(["read"])
    const unknown = await ask(server, { resource: files, scope: "read delete" })
    expect([unknown.status, unknown.body.error]).toEqual([400, "invalid_scope"])
  })

  it("is a token without scopes by default", async () => {
    const server = serverOf({ clientCredentials: {} })
    const { body } = await ask(server, { resource: files })
    expect(body).not.toHaveProperty("scope")
    const asking = await ask(server, { resource: files, scope: "read" })
    expect(asking.body).not.toHaveProperty("scope")
    expect((await verify(server, asking.body.access_token)).scopes).toEqual([])
  })
})

describe("who may not", () => {
  it("a configured client without the option", async () => {
    const own = { clientId: "web", clientSecretHash: hash, redirectUris: [redirectUri] }
    const server = createFixture({ resources, clients: [job, own] })
    const { status, body } = await ask(server, { client_id: "web", resource: files })
    expect([status, body.error]).toEqual([400, "unauthorized_client"])
    expect(server.reasons()).toEqual(["grant_type_not_allowed"])
  })

  it("a client that registered itself, with a secret or without", async () => {
    const server = serverOf()
    const grant_types = ["authorization_code", "client_credentials"]
    const made = await server.register({
      token_endpoint_auth_method: "client_secret_post",
      grant_types,
    })
    expect(made.grant_types).toEqual(["authorization_code", "refresh_token"])
    const own = { client_id: String(made.client_id), client_secret: String(made.client_secret) }
    expect((await ask(server, { ...own, resource: files })).body.error).toBe("unauthorized_client")
    const client_id = await server.registerPublic()
    const form = { grant_type: "client_credentials", client_id, resource: files }
    const response = await server.post("/token", form)
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: "unauthorized_client" }),
    ])
  })

  it.each([
    ["a wrong secret", { client_secret: "w".repeat(43) }],
    ["no secret", { client_secret: "" }],
    ["the hash of the secret", { client_secret: hash }],
  ])("whoever sends %s", async (_, fields) => {
    const { status, body } = await ask(serverOf(), { resource: files, ...fields })
    expect([status, body.error]).toEqual([401, "invalid_client"])
  })

  it("nobody, if no client is allowed to: the grant type is then unknown and not in the metadata", async () => {
    const server = createFixture({ resources })
    const { body } = await ask(server)
    expect(body.error).toBe("invalid_client")
    const metadata = async (of: Server) =>
      (await (await of.request("/.well-known/oauth-authorization-server")).json()) as object
    expect(await metadata(server)).toMatchObject({
      grant_types_supported: ["authorization_code", "refresh_token"],
    })
    expect(await metadata(serverOf())).toMatchObject({
      grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
    })
    const client_id = await server.registerPublic()
    const response = await server.post("/token", { grant_type: "client_credentials", client_id })
    expect(await response.json()).toMatchObject({
      error: "unsupported_grant_type",
      error_description: "grant_type must be authorization_code or refresh_token.",
    })
  })

  it("nobody signs in through a client without redirect URIs", async () => {
    const server = serverOf()
    for (const redirect_uri of [redirectUri, undefined]) {
      const response = await server.request(
        server.authorizationUrl("nightly-job", { redirect_uri, resource: files }),
      )
      expect(response.status).toBe(400)
      expect(response.headers.get("location")).toBeNull()
    }
    expect(server.reasons()).toEqual(["redirect_uri_mismatch", "redirect_uri_mismatch"])
  })
})

test("private_key_jwt (SEP-1046): each assertion works once", async () => {
  const key = await clientKey()
  const { clientSecretHash: _, ...withoutSecret } = job
  const clients = [{ ...withoutSecret, jwks: { keys: [key.jwk] } }]
  const server = createFixture({ resources, clients })
  const form = {
    grant_type: "client_credentials",
    client_assertion_type: assertionType,
    client_assertion: await key.sign(server, "nightly-job"),
    resource: files,
  }
  const [first, second] = [await server.post("/token", form), await server.post("/token", form)]
  expect([first.status, second.status]).toEqual([200, 401])
  expect(server.reasons()).toEqual(["client_assertion_replayed"])
})

describe("the end of a token", () => {
  const issued = async (server: Server) =>
    (await ask(server, { resource: files })).body.access_token

  it("comes when its client revokes it, and leaves the client's other tokens alone", async () => {
    const server = serverOf()
    const [token, other] = [await issued(server), await issued(server)]
    const response = await server.post("/revoke", { ...credential, token })
    expect(response.status).toBe(200)
    await expect(verify(server, token)).rejects.toMatchObject({ code: "inactive" })
    await expect(verify(server, other)).resolves.toBeDefined()
  })

  it("comes with the operator's end of the client, on every instance", async () => {
    const server = serverOf()
    const token = await issued(server)
    expect(await server.proxy.endClient("nightly-job")).toEqual({ registered: false, grants: 1 })
    await expect(verify(server, token)).rejects.toMatchObject({ code: "inactive" })
  })

  it.each<[string, readonly StaticClient[]]>([
    ["the client is removed from the configuration", []],
    [
      "the client may no longer act for itself",
      [{ clientId: job.clientId, clientSecretHash: hash, redirectUris: [redirectUri] }],
    ],
  ])("comes when %s", async (_, clients) => {
    const world = createWorld()
    const token = await issued(serverOf({}, {}))
    expect(token).toBeDefined()
    const first = createFixture({ resources, clients: [job] }, world)
    const held = await issued(first)
    const changed = createFixture({ resources, clients }, world)
    await expect(verify(changed, held)).rejects.toMatchObject({ code: "inactive" })
  })

  it("shows in introspection", async () => {
    const resourceServers = [{ id: "rs", secret: "s".repeat(32), resource: files }]
    const server = serverOf({}, { resourceServers })
    const token = await issued(server)
    const introspect = async () =>
      (
        await server.post(
          "/introspect",
          { token },
          { authorization: `Basic ${btoa(`rs:${"s".repeat(32)}`)}` },
        )
      ).json()
    expect(await introspect()).toMatchObject({ active: true, sub: "nightly-job" })
    await server.post("/revoke", { ...credential, token })
    expect(await introspect()).toEqual({ active: false })
  })
})

test("a token without a person is no refresh token, and there is none for its grant", async () => {
  const server = serverOf()
  const { body } = await ask(server, { resource: files })
  const { gid } = (await verify(server, body.access_token)).claims
  const form = { grant_type: "refresh_token", ...credential }
  for (const refresh_token of [body.access_token, `${gid}.0.${"A".repeat(43)}`, `${gid}.0.`]) {
    const response = await server.post("/token", { ...form, refresh_token })
    expect(await response.json()).toMatchObject({ error: "invalid_grant" })
    expect((await server.post("/revoke", { ...credential, token: refresh_token })).status).toBe(200)
  }
})

test("requests are counted by client, whatever address they come from", async () => {
  const counted: LimitedRequest[] = []
  const limiter = {
    async consume(request: LimitedRequest) {
      counted.push(request)
      return request.endpoint === "client_credentials" ? { retryAfter: 7 } : {}
    },
  }
  const server = serverOf({}, { limiter })
  const { status, body, response } = await ask(server, { resource: files })
  expect([status, body.error]).toEqual([429, "temporarily_unavailable"])
  expect(response.headers.get("retry-after")).toBe("7")
  expect(counted).toEqual([{ endpoint: "client_credentials", address: "nightly-job" }])
  // Whoever cannot authenticate does not use up the client's share.
  await ask(server, { resource: files, client_secret: "w".repeat(43) })
  expect(counted).toHaveLength(1)
})

describe("mistakes in the options", () => {
  const problems = (client: object) => {
    try {
      createFixture({ resources, clients: [client as StaticClient] })
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems
      throw error
    }
    return []
  }
  it.each<[string, object, string, string]>([
    [
      "no credential",
      { clientSecretHash: undefined },
      "clientCredentials",
      "needs clientSecretHash",
    ],
    [
      "an unknown resource",
      { clientCredentials: { resources: [files, "https://other.example/mcp"] } },
      "clientCredentials.resources.1",
      "must be one of",
    ],
    [
      "an unknown scope",
      { clientCredentials: { scopes: ["read", "rad"] } },
      "clientCredentials.scopes.1",
      "names the scope rad",
    ],
    [
      "no resource",
      { clientCredentials: { resources: [] } },
      "clientCredentials.resources",
      "at least one",
    ],
    [
      "an unknown member",
      { clientCredentials: { scope: "read" } },
      "clientCredentials.scope",
      "scopes",
    ],
    [
      "nothing to do",
      { clientSecretHash: undefined, clientCredentials: undefined },
      "redirectUris",
      "at least one entry",
    ],
  ])("%s", (_, change, option, message) => {
    expect(problems({ ...job, ...change })).toEqual([
      { option: `clients.0.${option}`, message: expect.stringContaining(message) },
    ])
  })
})
