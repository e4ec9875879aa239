import { decodeJwt } from "jose"
import { describe, expect, it, test } from "vitest"
import {
  ConfigurationError,
  IdentityProviderError,
  newClientSecret,
  type StaticClient,
  type TokenExchange,
} from "../../src/index.ts"
import { createFixture, createWorld, type TokenBody } from "../support/fixture.ts"
import { identityOf } from "../support/scripted-provider.ts"

const { secret, hash } = await newClientSecret()
const front = "https://mcp.example.com/mcp"
const files = "https://mcp.example.com/files/mcp"
const mail = "https://mcp.example.com/mail/mcp"
const backend = "http://127.0.0.1:9000/mcp"
const resources = [
  { resource: front, scopes: ["read"] },
  { resource: files, scopes: ["read", "write"] },
  { resource: mail, scopes: ["read"] },
]
const exchange: TokenExchange = { audiences: [front, backend], resources: [files] }
const desk: StaticClient = { clientId: "desk", clientSecretHash: hash, tokenExchange: exchange }
const next: StaticClient = {
  clientId: "next",
  clientSecretHash: hash,
  tokenExchange: { audiences: [files], resources: [mail, files] },
}

type Server = ReturnType<typeof createFixture>
const type = "urn:ietf:params:oauth:token-type:"
const grant_type = "urn:ietf:params:oauth:grant-type:token-exchange"
const serverOf = (change: Partial<TokenExchange> = {}, more = {}) =>
  createFixture({
    resources,
    clients: [{ ...desk, tokenExchange: { ...exchange, ...change } }, next],
    ...more,
  })

async function ask(server: Server, subject_token: string, fields: Record<string, string> = {}) {
  const response = await server.post("/token", {
    grant_type,
    subject_token,
    subject_token_type: `${type}access_token`,
    client_id: "desk",
    client_secret: secret,
    ...fields,
  })
  return { status: response.status, body: (await response.json()) as TokenBody, response }
}
const signIn = async (server: Server) => {
  const { tokens, clientId } = await server.signIn({ resource: front })
  return { ...tokens, clientId, verified: await verify(server, tokens.access_token, front) }
}
const verify = (server: Server, token: string, resource = files) =>
  server.proxy.tokenVerifier(resource).verify(token)
const assertionOf = async (server: Server, token: string) => {
  const verified = await verify(server, token, front)
  const { subject, clientId, scopes } = verified
  const claims = { scope: scopes.join(" ") }
  return server.proxy.signAssertion({
    audience: backend,
    subject,
    clientId,
    claims,
    token: verified,
  })
}
const asAssertion = { subject_token_type: `${type}jwt` }

describe("the token (§2.2.1)", () => {
  it("is for the other resource and the same person, and says who acts (§4.1)", async () => {
    const server = serverOf()
    const caller = await signIn(server)
    const { status, body, response } = await ask(server, caller.access_token)
    expect(status).toBe(200)
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: `${type}access_token`,
      token_type: "Bearer",
      expires_in: 3600,
      scope: "read",
    })
    const token = await verify(server, body.access_token)
    expect(token).toMatchObject({
      subject: caller.verified.subject,
      clientId: "desk",
      scopes: ["read"],
      claims: { act: { sub: "desk" } },
      principal: { type: "person", identity: caller.verified.identity },
    })
    await expect(verify(server, body.access_token, front)).rejects.toMatchObject({
      code: "wrong_audience",
    })
    await expect(token.upstreamToken([])).rejects.toMatchObject({ reason: "no_sign_in" })
  })

  it("says the same for an identity assertion, which a backend gets in place of the token", async () => {
    const server = serverOf()
    const caller = await signIn(server)
    server.advance(20 * 60_000)
    const { token } = await assertionOf(server, caller.access_token)
    const { body } = await ask(server, token, asAssertion)
    expect(body).toMatchObject({ expires_in: 2400, scope: "read" })
    expect(await verify(server, body.access_token)).toMatchObject({
      subject: caller.verified.subject,
      claims: { act: { sub: "desk" } },
    })
  })

  it("lives no longer than the caller's", async () => {
    const server = serverOf()
    const caller = await signIn(server)
    server.advance(59 * 60_000)
    const { body } = await ask(server, caller.access_token)
    expect(body.expires_in).toBe(60)
    expect(decodeJwt(body.access_token).exp).toBe(decodeJwt(caller.access_token).exp)
  })

  it("names all who act, the newest first, and no more than four", async () => {
    const chain: StaticClient = {
      ...next,
      tokenExchange: { audiences: [files, mail], resources: [files, mail] },
    }
    const server = createFixture({ resources, clients: [desk, chain] })
    let { access_token } = (await ask(server, (await signIn(server)).access_token)).body
    const onward = (resource: string) => ask(server, access_token, { client_id: "next", resource })
    for (const resource of [mail, files, mail]) {
      access_token = (await onward(resource)).body.access_token
    }
    const act = { sub: "next", act: { sub: "next", act: { sub: "next", act: { sub: "desk" } } } }
    expect((await verify(server, access_token, mail)).claims.act).toEqual(act)
    const { status, body } = await onward(files)
    expect([status, body.error]).toEqual([400, "invalid_request"])
    expect(server.events.at(-1)).toMatchObject({ detail: "too_many_exchanges" })
  })
})

describe("scopes", () => {
  it("are never wider than the caller's, unless the operator lists them", async () => {
    const server = serverOf()
    const { access_token } = await signIn(server)
    expect((await ask(server, access_token, { scope: "read write" })).body.scope).toBe("read")
    expect((await ask(server, access_token, { scope: "write" })).body).not.toHaveProperty("scope")
    const open = serverOf({ scopes: ["write"] })
    const caller = await signIn(open)
    expect((await ask(open, caller.access_token)).body.scope).toBe("read write")
    expect((await ask(open, caller.access_token, { scope: "write" })).body.scope).toBe("write")
    expect((await ask(open, caller.access_token, { scope: "admin" })).body.error).toBe(
      "invalid_scope",
    )
  })

  it("leave out what the provider has withdrawn since the caller's token was issued", async () => {
    const everything = [front, files, mail].map((resource) => ({ resource }))
    const server = serverOf({}, { resources: everything })
    const { access_token, refresh_token, clientId } = await signIn(server)
    server.advance(6 * 60_000)
    const identity = identityOf("alice")
    server.upstream.onRefresh = (tokens) => ({ identity, tokens, scopes: ["read"] })
    await server.refresh(clientId, refresh_token)
    expect((await ask(server, access_token)).body.scope).toBe("read")
  })

  it("of an assertion are those that it names", async () => {
    const server = serverOf()
    const { verified } = await signIn(server)
    const { subject, clientId } = verified
    const narrow = { audience: backend, subject, clientId, token: verified }
    const { token } = await server.proxy.signAssertion(narrow)
    expect((await ask(server, token, asAssertion)).body).not.toHaveProperty("scope")
  })
})

describe("the target (§2.1)", () => {
  it("is the only one if there is one, and must be named of several, as resource or audience", async () => {
    const server = serverOf({ resources: [files, mail] })
    const { access_token } = await signIn(server)
    expect((await ask(server, access_token)).body.error).toBe("invalid_target")
    for (const fields of [{ resource: mail }, { audience: mail }]) {
      const { body } = await ask(server, access_token, { ...fields } as Record<string, string>)
      await expect(verify(server, body.access_token, mail)).resolves.toBeDefined()
    }
    const both = await ask(server, access_token, { resource: mail, audience: files })
    expect(both.body.error).toBe("invalid_target")
  })

  it.each([front, mail, "https://other.example/mcp", "nonsense"])("is not %s", async (resource) => {
    const server = serverOf()
    const { status, body } = await ask(server, (await signIn(server)).access_token, { resource })
    expect([status, body.error]).toEqual([400, "invalid_target"])
  })
})

describe("a subject token that cannot be exchanged is invalid_request (§2.2.2)", () => {
  it.each<[string, (server: Server) => Promise<[string, Record<string, string>?]>]>([
    [
      "for another server",
      async (server) => [(await server.signIn({ resource: mail })).tokens.access_token],
    ],
    ["that is a refresh token", async (server) => [(await signIn(server)).refresh_token]],
    ["that is no token", async () => ["nonsense"]],
    [
      "that was changed",
      async (server) => [`${(await signIn(server)).access_token.slice(0, -6)}AAAAAA`],
    ],
    [
      "that has expired",
      async (server) => {
        const { access_token } = await signIn(server)
        server.advance(60 * 60_000 + 1)
        return [access_token]
      },
    ],
    [
      "that is within the tolerance of clocks, so nothing is left of it",
      async (server) => {
        const { access_token } = await signIn(server)
        server.advance(60 * 60_000 - 500)
        return [access_token]
      },
    ],
    [
      "that its client revoked",
      async (server) => {
        const { access_token, clientId } = await signIn(server)
        await server.post("/revoke", { client_id: clientId, token: access_token })
        return [access_token]
      },
    ],
    [
      "of the wrong kind: an assertion as a token",
      async (server) => [(await assertionOf(server, (await signIn(server)).access_token)).token],
    ],
    [
      "of the wrong kind: a token as an assertion",
      async (server) => [(await signIn(server)).access_token, asAssertion],
    ],
    [
      "that is an assertion for somebody else",
      async (server) => {
        const { verified } = await signIn(server)
        const other = {
          audience: "http://127.0.0.1:9001/mcp",
          subject: verified.subject,
          clientId: "x",
        }
        return [
          (await server.proxy.signAssertion({ ...other, token: verified })).token,
          asAssertion,
        ]
      },
    ],
    [
      "that is an assertion without a token behind it",
      async (server) => {
        const { subject, clientId } = (await signIn(server)).verified
        const plain = { audience: backend, subject, clientId, claims: { gid: "x", token_exp: 9e9 } }
        return [(await server.proxy.signAssertion(plain)).token, asAssertion]
      },
    ],
    [
      "that is an assertion of more than a minute ago",
      async (server) => {
        const { token } = await assertionOf(server, (await signIn(server)).access_token)
        server.advance(66_000)
        return [token, asAssertion]
      },
    ],
  ])("%s", async (_, make) => {
    const server = serverOf()
    const [token, fields] = await make(server)
    const { status, body } = await ask(server, token, fields)
    expect([status, body.error]).toEqual([400, "invalid_request"])
    expect(server.reasons().at(-1)).toBe("subject_token_invalid")
    expect(JSON.stringify(body)).not.toContain("eyJ")
  })

  it("while its organization asks for a stronger sign-in", async () => {
    const server = serverOf()
    const { access_token, verified } = await signIn(server)
    const options = { claims: "{}" }
    await verified.requireClaims(
      new IdentityProviderError("interaction_required", "mfa", "More is asked for.", options),
    )
    expect((await ask(server, access_token)).body.error).toBe("invalid_request")
  })

  it.each<[string, Record<string, string>]>([
    ["an id_token", { subject_token_type: `${type}id_token` }],
    ["no type", { subject_token_type: "" }],
    ["another requested type", { requested_token_type: `${type}refresh_token` }],
    ["an actor token", { actor_token: "x", actor_token_type: `${type}jwt` }],
  ])("or a request with %s", async (_, fields) => {
    const server = serverOf()
    const { status, body } = await ask(server, (await signIn(server)).access_token, fields)
    expect([status, body.error]).toEqual([400, "invalid_request"])
  })
})

describe("who may not", () => {
  it("a client without the option, or one that registered itself", async () => {
    const server = createFixture({
      resources,
      clients: [desk, { clientId: "web", clientSecretHash: hash }],
    })
    const { access_token, clientId } = await signIn(server)
    const web = await ask(server, access_token, { client_id: "web" })
    expect([web.status, web.body.error]).toEqual([400, "unauthorized_client"])
    const own = {
      grant_type,
      subject_token: access_token,
      subject_token_type: `${type}access_token`,
    }
    const response = await server.post("/token", { ...own, client_id: clientId })
    expect(await response.json()).toMatchObject({ error: "unauthorized_client" })
  })

  it("anybody, if no client may: the grant type is then unknown and not in the metadata", async () => {
    const metadata = async (server: Server) =>
      (await server.request("/.well-known/oauth-authorization-server")).json()
    const { tokenExchange: _, ...plain } = desk
    const without = createFixture({ resources, clients: [plain] })
    const { body } = await ask(without, (await signIn(without)).access_token)
    expect(body.error).toBe("unsupported_grant_type")
    expect(await metadata(serverOf())).toMatchObject({
      grant_types_supported: ["authorization_code", "refresh_token", grant_type],
    })
  })
})

describe("the end of the token", () => {
  const exchanged = async (server: Server) => {
    const caller = await signIn(server)
    const { body } = await ask(server, caller.access_token)
    return { caller, token: body.access_token }
  }

  it("comes with the caller's grant, through every exchange in between", async () => {
    const server = serverOf()
    const { caller, token } = await exchanged(server)
    const onward = await ask(server, token, { client_id: "next", resource: mail })
    await server.post("/revoke", { client_id: caller.clientId, token: caller.refresh_token })
    server.advance(6000)
    await expect(verify(server, token)).rejects.toMatchObject({ code: "inactive" })
    await expect(verify(server, onward.body.access_token, mail)).rejects.toMatchObject({
      code: "inactive",
    })
  })

  it("leaves the caller's grant alone when its client revokes it", async () => {
    const server = serverOf()
    const { caller, token } = await exchanged(server)
    await server.post("/revoke", { client_id: "desk", client_secret: secret, token })
    await expect(verify(server, token)).rejects.toMatchObject({ code: "inactive" })
    await expect(verify(server, caller.access_token, front)).resolves.toBeDefined()
  })

  it("comes when the operator ends its client, or takes the option from it", async () => {
    const server = serverOf()
    const { token } = await exchanged(server)
    expect(await server.proxy.endClient("desk")).toEqual({ registered: false, grants: 1 })
    await expect(verify(server, token)).rejects.toMatchObject({ code: "inactive" })

    const world = createWorld()
    const first = createFixture({ resources, clients: [desk] }, world)
    const held = (await exchanged(first)).token
    const { tokenExchange: _, ...plain } = desk
    const changed = createFixture({ resources, clients: [plain] }, world)
    await expect(verify(changed, held)).rejects.toMatchObject({ code: "inactive" })
  })
})

test("a client's own token can be exchanged like a person's", async () => {
  const job: StaticClient = {
    clientId: "job",
    clientSecretHash: hash,
    clientCredentials: { resources: [front], scopes: ["read"] },
  }
  const server = createFixture({ resources, clients: [desk, job] })
  const credential = { client_id: "job", client_secret: secret }
  const response = await server.post("/token", { grant_type: "client_credentials", ...credential })
  const { access_token } = (await response.json()) as TokenBody
  const { body } = await ask(server, access_token)
  expect(await verify(server, body.access_token)).toMatchObject({
    subject: "job",
    clientId: "desk",
    principal: { type: "app", identity: { subject: "job" } },
  })
})

test("requests are counted by client", async () => {
  const limiter = {
    consume: async ({ endpoint, address }: { endpoint: string; address: string }) =>
      endpoint === "token_exchange" && address === "desk" ? { retryAfter: 3 } : {},
  }
  const server = serverOf({}, { limiter })
  const { status, body } = await ask(server, (await signIn(server)).access_token)
  expect([status, body.error]).toEqual([429, "temporarily_unavailable"])
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
    ["no credential", { clientSecretHash: undefined }, "tokenExchange", "needs clientSecretHash"],
    [
      "no audience",
      { tokenExchange: { ...exchange, audiences: [] } },
      "tokenExchange.audiences",
      "at least one",
    ],
    ["no resource", { tokenExchange: { audiences: [front] } }, "tokenExchange.resources", ""],
    [
      "an unknown resource",
      { tokenExchange: { ...exchange, resources: [backend] } },
      "tokenExchange.resources.0",
      "one of",
    ],
    [
      "an unknown scope",
      { tokenExchange: { ...exchange, scopes: ["rad"] } },
      "tokenExchange.scopes.0",
      "rad",
    ],
  ])("%s", (_, change, option, message) => {
    expect(problems({ ...desk, ...change })).toEqual([
      { option: `clients.0.${option}`, message: expect.stringContaining(message) },
    ])
  })
})
