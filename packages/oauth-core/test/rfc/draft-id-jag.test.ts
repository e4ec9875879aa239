import { createHmac } from "node:crypto"
import { describe, expect, it, test } from "vitest"
import {
  ConfigurationError,
  type IdentityAssertionIssuer,
  newClientSecret,
  type OAuthProxyOptions,
} from "../../src/index.ts"
import { assertionIssuer } from "../support/assertion-issuer.ts"
import { assertionType, clientKey } from "../support/client-keys.ts"
import {
  baseUrl,
  createFixture,
  createWorld,
  redirectUri,
  type TokenBody,
} from "../support/fixture.ts"

const { secret, hash } = await newClientSecret()
const idp = await assertionIssuer()
const stranger = await assertionIssuer("https://stranger.example")
const impostor = await assertionIssuer()
const desk = { clientId: "desk", clientName: "Desk", clientSecretHash: hash }
const options: Partial<OAuthProxyOptions> = {
  clients: [desk],
  identityAssertionIssuers: [idp.options],
}
type Server = ReturnType<typeof createFixture>
const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer"

async function redeem(server: Server, assertion: string, fields: Record<string, string> = {}) {
  const credential = { client_id: "desk", client_secret: secret }
  const response = await server.post("/token", { grant_type, assertion, ...credential, ...fields })
  return { status: response.status, body: (await response.json()) as TokenBody, response }
}

describe("a valid assertion", () => {
  it("gets a token for its person, without a refresh token (§4.4)", async () => {
    const server = createFixture(options)
    const { status, body } = await redeem(
      server,
      await idp.sign(server, { email: "ada@example.org", name: "Ada" }),
    )
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "read write",
    })
    const token = await server.verify(body.access_token)
    expect(token).toMatchObject({
      clientId: "desk",
      principal: {
        type: "person",
        identity: {
          issuer: "https://idp.example.org",
          subject: "https://idp.example.org#U019488227",
          name: "Ada",
          email: "ada@example.org",
          roles: [],
        },
      },
    })
  })

  it("says nothing about groups, roles or tenants that rules here could mean", async () => {
    const server = createFixture(options)
    const claims = { roles: ["Admin"], groups: ["g"], tid: "t", oid: "o" }
    const { body } = await redeem(server, await idp.sign(server, claims))
    const { identity } = await server.verify(body.access_token)
    expect(identity.roles).toEqual([])
    expect(identity).not.toHaveProperty("groups")
    expect(identity).not.toHaveProperty("tenantId")
  })

  it("is about the same person each time, and about another one of another issuer", async () => {
    const other = await assertionIssuer("https://idp.example.net")
    const server = createFixture({
      ...options,
      identityAssertionIssuers: [idp.options, other.options],
    })
    const subjects = new Set<string>()
    for (const issuer of [idp, idp, other]) {
      const { body } = await redeem(server, await issuer.sign(server))
      subjects.add((await server.verify(body.access_token)).subject)
    }
    expect(subjects.size).toBe(2)
  })

  it("covers the scopes that it names: the rest is left out, and none are none", async () => {
    const server = createFixture(options)
    const scopes = async (claims: object, fields = {}) =>
      (await redeem(server, await idp.sign(server, { ...claims }), fields)).body.scope
    expect(await scopes({ scope: "read" })).toBe("read")
    expect(await scopes({ scope: "read write" }, { scope: "write" })).toBe("write")
    expect(await scopes({ scope: "read" }, { scope: "read write" })).toBe("read")
    expect(await scopes({ scope: "read admin" })).toBe("read")
    expect(await scopes({ scope: undefined })).toBeUndefined()
    const unknown = await redeem(server, await idp.sign(server), { scope: "admin" })
    expect([unknown.status, unknown.body.error]).toEqual([400, "invalid_scope"])
  })

  it("works with private_key_jwt too", async () => {
    const key = await clientKey()
    const server = createFixture({
      ...options,
      clients: [{ clientId: "desk", jwks: { keys: [key.jwk] } }],
    })
    const response = await server.post("/token", {
      grant_type,
      assertion: await idp.sign(server),
      client_assertion_type: assertionType,
      client_assertion: await key.sign(server, "desk"),
    })
    expect(response.status).toBe(200)
  })
})

describe("the resource (§3.1)", () => {
  const files = "https://mcp.example.com/files/mcp"
  const mail = "https://mcp.example.com/mail/mcp"
  const two = { ...options, resources: [{ resource: files }, { resource: mail }] }
  const audienceOf = async (server: Server, body: TokenBody) => {
    for (const resource of [files, mail]) {
      const found = await server.proxy
        .tokenVerifier(resource)
        .verify(body.access_token)
        .catch(() => undefined)
      if (found) return resource
    }
    return undefined
  }

  it("restricts the token to what the assertion names", async () => {
    const server = createFixture(two)
    const { body } = await redeem(server, await idp.sign(server, { resource: mail }))
    expect(await audienceOf(server, body)).toBe(mail)
    const wide = await redeem(server, await idp.sign(server, { resource: mail }), {
      resource: files,
    })
    expect([wide.status, wide.body.error]).toEqual([400, "invalid_target"])
  })

  it("must be named by the request if the assertion names several", async () => {
    const server = createFixture(two)
    const both = () => idp.sign(server, { resource: [files, mail, "https://other.example/mcp"] })
    expect((await redeem(server, await both())).body.error).toBe("invalid_target")
    const { body } = await redeem(server, await both(), { resource: files })
    expect(await audienceOf(server, body)).toBe(files)
  })
})

describe("an assertion that is not valid here is invalid_grant and is not used up", () => {
  const hour = 60 * 60
  const at = (server: Server, seconds: number) => Math.floor(server.now() / 1000) + seconds

  it.each<[string, (server: Server) => Promise<string> | string]>([
    ["of an unknown issuer", (server) => stranger.sign(server)],
    ["signed by another key", (server) => impostor.sign(server)],
    ["of another type", (server) => idp.sign(server, {}, { typ: "JWT" })],
    ["with the type of an access token", (server) => idp.sign(server, {}, { typ: "at+jwt" })],
    ["without a type", (server) => idp.sign(server, {}, { typ: undefined })],
    ["for another server", (server) => idp.sign(server, { aud: "https://other.example" })],
    [
      "for another server too",
      (server) => idp.sign(server, { aud: [baseUrl, "https://other.example"] }),
    ],
    ["for the token endpoint", (server) => idp.sign(server, { aud: `${baseUrl}/token` })],
    ["without an audience", (server) => idp.sign(server, { aud: undefined })],
    ["of another client", (server) => idp.sign(server, { client_id: "other" })],
    ["without a client", (server) => idp.sign(server, { client_id: undefined })],
    [
      "of the client as azp only",
      (server) => idp.sign(server, { client_id: undefined, azp: "desk" }),
    ],
    ["without a subject", (server) => idp.sign(server, { sub: undefined })],
    ["with an empty subject", (server) => idp.sign(server, { sub: "" })],
    ["without a resource", (server) => idp.sign(server, { resource: undefined })],
    ["with no resources", (server) => idp.sign(server, { resource: [] })],
    ["with a resource that is no text", (server) => idp.sign(server, { resource: [{ a: 1 }, 7] })],
    ["for another resource", (server) => idp.sign(server, { resource: "https://o.example/mcp" })],
    ["without a jti", (server) => idp.sign(server, { jti: undefined })],
    ["with an empty jti", (server) => idp.sign(server, { jti: "" })],
    ["with a jti that is no text", (server) => idp.sign(server, { jti: 7 })],
    ["with an endless jti", (server) => idp.sign(server, { jti: "j".repeat(257) })],
    ["that has expired", (server) => idp.sign(server, { exp: at(server, -10) })],
    ["without an expiry", (server) => idp.sign(server, { exp: undefined })],
    ["of the future", (server) => idp.sign(server, { iat: at(server, 120) })],
    ["without a time of issue", (server) => idp.sign(server, { iat: undefined })],
    ["that lives too long", (server) => idp.sign(server, { exp: at(server, 2 * hour) })],
    ["that is unsigned", async (server) => unsigned(await idp.sign(server))],
    ["signed with the public key as a secret", async (server) => hmac(await idp.sign(server))],
    ["that is no JWT", () => "nonsense"],
    [
      "that is an access token of this server",
      async (server) => (await server.signIn()).tokens.access_token,
    ],
  ])("%s", async (_, make) => {
    const server = createFixture(options)
    const { status, body } = await redeem(server, await make(server))
    expect([status, body.error]).toEqual([400, "invalid_grant"])
    expect(server.reasons()).toEqual(["identity_assertion_invalid"])
    expect(JSON.stringify(body)).not.toMatch(/eyJ|U019488227/)
    expect((await redeem(server, await idp.sign(server))).status).toBe(200)
  })

  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const unsigned = (token: string) =>
    `${part({ alg: "none", typ: "oauth-id-jag+jwt" })}.${token.split(".")[1]}.`
  const hmac = (token: string) => {
    const signed = `${part({ alg: "HS256", typ: "oauth-id-jag+jwt", kid: "1" })}.${token.split(".")[1]}`
    const key = JSON.stringify(idp.options.jwks)
    return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`
  }
})

describe("each assertion works once", () => {
  it("whatever else was refused before", async () => {
    const server = createFixture(options)
    const assertion = await idp.sign(server)
    expect((await redeem(server, assertion, { scope: "admin" })).status).toBe(400)
    expect((await redeem(server, assertion, { client_secret: "w".repeat(43) })).status).toBe(401)
    expect((await redeem(server, assertion)).status).toBe(200)
    const again = await redeem(server, assertion)
    expect([again.status, again.body.error]).toEqual([400, "invalid_grant"])
    expect(server.reasons().at(-1)).toBe("identity_assertion_replayed")
  })

  it("on all instances together, and to its last second", async () => {
    const world = createWorld()
    const servers = [createFixture(options, world), createFixture(options, world)] as const
    const assertion = await idp.sign(servers[0])
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async (_, at) => {
        const server = servers[at % 2 === 0 ? 0 : 1]
        return (await redeem(server, assertion)).status
      }),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    servers[0].advance(303_000)
    expect((await redeem(servers[1], assertion)).body.error).toBe("invalid_grant")
  })

  it("while the same jti of another issuer is another one", async () => {
    const other = await assertionIssuer("https://idp.example.net")
    const server = createFixture({
      ...options,
      identityAssertionIssuers: [idp.options, other.options],
    })
    expect((await redeem(server, await idp.sign(server, { jti: "1" }))).status).toBe(200)
    expect((await redeem(server, await other.sign(server, { jti: "1" }))).status).toBe(200)
  })
})

describe("who may not", () => {
  it("a public client, whose id anybody can send", async () => {
    const server = createFixture(options)
    const clientId = await server.registerPublic()
    const assertion = await idp.sign(server, { client_id: clientId })
    const response = await server.post("/token", { grant_type, assertion, client_id: clientId })
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: "unauthorized_client" }),
    ])
  })

  it("a person whom onSignIn refuses: the assertion is not used up by that", async () => {
    let isOpen = false
    const onSignIn = ({ subject }: { subject: string }) =>
      isOpen || subject !== "https://idp.example.org#U019488227"
        ? undefined
        : { message: "Only people of Contoso.", rule: "tenants" }
    const server = createFixture({ ...options, onSignIn })
    const assertion = await idp.sign(server)
    const { status, body } = await redeem(server, assertion)
    expect([status, body.error, body.error_description]).toEqual([
      400,
      "invalid_grant",
      "Only people of Contoso.",
    ])
    expect(server.events.at(-1)).toMatchObject({
      type: "request.refused",
      reason: "sign_in_refused",
      detail: "tenants",
      clientId: "desk",
      userId: expect.any(String),
    })
    isOpen = true
    expect((await redeem(server, assertion)).status).toBe(200)
  })

  it("anybody, without issuers: the grant type is then unknown and not in the metadata", async () => {
    const metadata = async (server: Server) =>
      (await server.request("/.well-known/oauth-authorization-server")).json()
    const without = createFixture({ clients: [desk] })
    const { body } = await redeem(without, await idp.sign(without))
    expect(body.error).toBe("unsupported_grant_type")
    expect(await metadata(without)).not.toHaveProperty("authorization_grant_profiles_supported")
    expect(await metadata(createFixture(options))).toMatchObject({
      grant_types_supported: ["authorization_code", "refresh_token", grant_type],
      authorization_grant_profiles_supported: ["urn:ietf:params:oauth:grant-profile:id-jag"],
    })
  })
})

describe("the end of the access", () => {
  it("comes by the operator, who sees it with the person's other grants", async () => {
    const server = createFixture(options)
    const { body } = await redeem(server, await idp.sign(server))
    const { subject } = await server.verify(body.access_token)
    expect(await server.proxy.grantsOf(subject)).toMatchObject([{ clientId: "desk" }])
    expect(await server.proxy.endGrantsOf(subject)).toBe(1)
    await expect(server.verify(body.access_token)).rejects.toMatchObject({ code: "inactive" })
  })

  it("comes for the oldest of more than 20 tokens of a person and a client", async () => {
    const server = createFixture(options)
    const tokens: string[] = []
    for (let count = 0; count < 21; count += 1) {
      tokens.push((await redeem(server, await idp.sign(server))).body.access_token)
    }
    await expect(server.verify(tokens[0] ?? "")).rejects.toMatchObject({ code: "inactive" })
    await expect(server.verify(tokens[1] ?? "")).resolves.toBeDefined()
  })
})

test("an issuer whose keys cannot be fetched is an outage, not a refusal", async () => {
  const { jwks: _, ...withoutKeys } = idp.options
  const server = createFixture({
    ...options,
    identityAssertionIssuers: [{ ...withoutKeys, jwksUri: "http://127.0.0.1:1/jwks.json" }],
  })
  const { status, body, response } = await redeem(server, await idp.sign(server))
  expect([status, body.error]).toEqual([503, "temporarily_unavailable"])
  expect(response.headers.get("retry-after")).toBe("10")
})

describe("mistakes in the options", () => {
  const problems = (...issuers: object[]) => {
    try {
      createFixture({ identityAssertionIssuers: issuers as IdentityAssertionIssuer[] })
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems
      throw error
    }
    return []
  }
  it.each<[string, object[], string, string]>([
    ["no issuer", [{ ...idp.options, issuer: "" }], "0.issuer", "must not be empty"],
    ["this server", [{ ...idp.options, issuer: baseUrl }], "0.issuer", "is this server itself"],
    ["an issuer twice", [idp.options, idp.options], "1.issuer", "is there twice"],
    [
      "an insecure URL of keys",
      [{ issuer: "https://a.example", jwksUri: "http://a.example/k" }],
      "0.jwksUri",
      "https",
    ],
    ["no algorithm at all", [{ ...idp.options, algorithms: ["none"] }], "0.algorithms.0", ""],
    ["a secret", [{ issuer: "https://a.example", secret: "s".repeat(32) }], "0.secret", "not"],
  ])("%s", (_, issuers, option, message) => {
    expect(problems(...issuers)).toContainEqual({
      option: `identityAssertionIssuers.${option}`,
      message: expect.stringContaining(message),
    })
  })
})

test("the redirect URI of nobody: a client for assertions needs none", () => {
  expect(() =>
    createFixture({ ...options, clients: [{ ...desk, redirectUris: [] }] }),
  ).not.toThrow()
  expect(() =>
    createFixture({ ...options, clients: [{ ...desk, redirectUris: [redirectUri] }] }),
  ).not.toThrow()
})
