import { decodeJwt } from "jose"
import { describe, expect, it } from "vitest"
import { memoryStore } from "../../src/index.ts"
import { createFixture, redirectUri, verifier } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

const revoke = (server: Fixture, clientId: string, token: string, more = {}) =>
  server.post("/revoke", { client_id: clientId, token, ...more })

/** A confidential client, signed in. */
async function confidential(server: Fixture) {
  const client = await server.register({ token_endpoint_auth_method: undefined })
  const clientId = String(client.client_id)
  const headers = { authorization: `Basic ${btoa(`${clientId}:${client.client_secret}`)}` }
  const code = (await server.authorize(clientId)).get("code") ?? ""
  const form = { grant_type: "authorization_code", code, code_verifier: verifier }
  const response = await server.post("/token", { ...form, redirect_uri: redirectUri }, headers)
  return { clientId, headers, tokens: (await response.json()) as Record<string, string> }
}

describe.each(["access_token", "refresh_token"] as const)("revoking the %s", (kind) => {
  it("of a public client ends the grant", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const response = await revoke(server, clientId, tokens[kind])
    expect(response.status).toBe(200)
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(await response.text()).toBe("")
    const { status, body } = await server.refresh(clientId, tokens.refresh_token)
    expect([status, body.error]).toEqual([400, "invalid_grant"])
    server.advance(5000)
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  })

  it("of a confidential client ends the grant", async () => {
    const server = createFixture()
    const { headers, tokens } = await confidential(server)
    const response = await server.post("/revoke", { token: String(tokens[kind]) }, headers)
    expect(response.status).toBe(200)
    await expect(server.verify(String(tokens.access_token))).rejects.toMatchObject({
      code: "inactive",
    })
  })

  it("revokes the grant's upstream tokens too", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    await revoke(server, clientId, tokens[kind])
    expect(server.upstream.revocations.map(({ refreshToken }) => refreshToken)).toEqual([
      "upstream-refresh-alice-1",
    ])
  })

  it("takes effect even if the provider could not be told", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    server.upstream.revoke = async () => {
      throw new Error("the provider is down")
    }
    expect((await revoke(server, clientId, tokens[kind])).status).toBe(200)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(400)
  })

  it("by another client is refused, and the token stays valid", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const response = await revoke(server, await server.registerPublic(), tokens[kind])
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: "invalid_grant" })
    expect(server.reasons()).toEqual(["token_of_another_client"])
    server.advance(5000)
    await server.verify(tokens.access_token)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it.each(["access_token", "refresh_token", "saml2", ""])(
    "works whatever the hint says (%s)",
    async (hint) => {
      const server = createFixture()
      const { clientId, tokens } = await server.signIn()
      const response = await revoke(server, clientId, tokens[kind], { token_type_hint: hint })
      expect(response.status).toBe(200)
      expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(400)
    },
  )

  it("takes effect on every instance within 5 seconds", async () => {
    const store = memoryStore({ now: () => one.now() })
    const one: Fixture = createFixture({ store })
    const other = createFixture({ store, now: () => one.now() })
    const { clientId, tokens } = await one.signIn()
    await other.verify(tokens.access_token)
    await revoke(one, clientId, tokens[kind])
    one.advance(5000)
    await expect(other.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
    expect((await other.refresh(clientId, tokens.refresh_token)).status).toBe(400)
  })

  it("a second time is 200, and the provider is not told again", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    await revoke(server, clientId, tokens[kind])
    expect((await revoke(server, clientId, tokens[kind])).status).toBe(200)
    expect(server.upstream.revocations).toHaveLength(1)
  })
})

describe("a token that cannot be revoked is 200 (§2.2)", () => {
  it.each(["nonsense", "a.b.c", `${"g".repeat(22)}.0.${"m".repeat(43)}`, "ä".repeat(1000)])(
    "an unknown token: %s",
    async (token) => {
      const server = createFixture()
      const response = await revoke(server, await server.registerPublic(), token)
      expect(response.status).toBe(200)
    },
  )

  it("an expired access token, which does not change the grant", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    server.advance(2 * 60 * 60 * 1000)
    expect((await revoke(server, clientId, tokens.access_token)).status).toBe(200)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it("a forged refresh token of a real grant, which changes nothing", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const gid = String(decodeJwt(tokens.access_token).gid)
    expect((await revoke(server, clientId, `${gid}.0.${"m".repeat(43)}`)).status).toBe(200)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it("an access token of another server", async () => {
    const server = createFixture()
    const other = createFixture({ baseUrl: "https://other.example.com" })
    const { tokens } = await other.signIn()
    const response = await revoke(server, await server.registerPublic(), tokens.access_token)
    expect(response.status).toBe(200)
  })
})

describe("the request (§2.1)", () => {
  it("requires a token", async () => {
    const server = createFixture()
    const response = await server.post("/revoke", { client_id: await server.registerPublic() })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: "invalid_request" })
  })

  it("requires the client to authenticate as it registered", async () => {
    const server = createFixture()
    const { clientId, tokens } = await confidential(server)
    for (const form of [{}, { client_id: "nobody" }, { client_id: clientId }]) {
      const response = await server.post("/revoke", {
        token: tokens.access_token ?? "",
        ...form,
      })
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ error: "invalid_client" })
    }
    await server.verify(String(tokens.access_token))
  })
})
