import { describe, expect, test } from "vitest"
import { IdentityProviderError, type UpstreamFailure } from "../../src/index.ts"
import { documentServer } from "../support/document-server.ts"
import { createFixture, createWorld, redirectUri } from "../support/fixture.ts"

const minutes = 60_000

async function granted(world = createWorld()) {
  const server = createFixture({}, world)
  const { clientId, tokens } = await server.signIn()
  const verify = (on = server) => on.verify(tokens.access_token)
  return { server, world, clientId, tokens, verify, token: await verify() }
}

const failing = (failure: UpstreamFailure, claims?: string) => () => {
  throw new IdentityProviderError(failure, "reason", "A text.", claims ? { claims } : {})
}

describe("the sign-in's own token", () => {
  test("is returned while at least 2 minutes of it are left, then renewed", async () => {
    const { server, token } = await granted()
    const { accessToken } = await token.upstreamToken([])
    server.advance(58 * minutes - 1)
    expect((await token.upstreamToken([])).accessToken).toBe(accessToken)
    server.advance(1)
    const renewed = await token.upstreamToken([])
    expect(renewed.accessToken).not.toBe(accessToken)
    expect(renewed.expiresAt).toBe(server.now() + 60 * minutes)
    expect(server.upstream.refreshes).toHaveLength(1)
  })

  test("is renewed once, even if many tools on several instances ask for it", async () => {
    const { server, world, token, verify } = await granted()
    const elsewhere = await verify(createFixture({}, world))
    server.advance(59 * minutes)
    const given = await Promise.all(
      [token, elsewhere, token, elsewhere].map((one) => one.upstreamToken([])),
    )
    expect(new Set(given.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(server.upstream.refreshes).toHaveLength(1)
  })

  test("ends the grant if it cannot be renewed because the person is refused", async () => {
    const { server, token, verify } = await granted()
    server.advance(59 * minutes)
    server.upstream.onRefresh = failing("sign_in_required")
    await expect(token.upstreamToken([])).rejects.toMatchObject({ failure: "sign_in_required" })
    server.advance(5000)
    await expect(verify()).rejects.toMatchObject({ code: "inactive" })
  })

  test("does not change the grant if it cannot be renewed right now", async () => {
    const { server, token, verify } = await granted()
    server.advance(59 * minutes)
    server.upstream.onRefresh = failing("unavailable")
    await expect(token.upstreamToken([])).rejects.toMatchObject({ failure: "unavailable" })
    server.upstream.onRefresh = undefined
    await verify()
    await token.upstreamToken([])
  })
})

describe("a token for another resource", () => {
  test("is requested once, cached, and renewed before it expires", async () => {
    const { server, world, token, verify } = await granted()
    expect((await token.upstreamToken(["Mail.Read", "Mail.Send"])).accessToken).toBe(
      "other-Mail.Read+Mail.Send",
    )
    const elsewhere = await verify(createFixture({}, world))
    await elsewhere.upstreamToken(["Mail.Send", "Mail.Read"])
    expect(server.upstream.tokenRequests).toEqual([["Mail.Read", "Mail.Send"]])
    await token.upstreamToken(["Files.Read"])
    expect(server.upstream.tokenRequests).toHaveLength(2)

    server.advance(58 * minutes)
    await token.upstreamToken(["Mail.Read", "Mail.Send"])
    expect(server.upstream.tokenRequests).toHaveLength(3)
  })

  test("is requested once if many tools ask for it at the same time", async () => {
    const { server, world, token, verify } = await granted()
    const elsewhere = await verify(createFixture({}, world))
    await Promise.all(
      [token, elsewhere, token, elsewhere].map((one) => one.upstreamToken(["Mail.Read"])),
    )
    expect(server.upstream.tokenRequests).toHaveLength(1)
  })

  test("survives a refresh of the sign-in", async () => {
    const { server, clientId, tokens, token } = await granted()
    await token.upstreamToken(["Mail.Read"])
    server.advance(10 * minutes)
    await server.refresh(clientId, tokens.refresh_token)
    expect(server.upstream.refreshes).toHaveLength(1)
    await token.upstreamToken(["Mail.Read"])
    expect(server.upstream.tokenRequests).toHaveLength(1)
  })

  test("fails only that call if it is refused, and an event says why", async () => {
    const { server, clientId, token, verify } = await granted()
    for (const [failure, reason] of [
      ["denied", "upstream_denied"],
      ["sign_in_required", "upstream_sign_in_required"],
      ["interaction_required", "upstream_interaction_required"],
      ["operator", "upstream_misconfigured"],
      ["unavailable", "upstream_unavailable"],
    ] as const) {
      server.upstream.onTokenFor = failing(failure)
      await expect(token.upstreamToken(["Mail.Read"])).rejects.toMatchObject({ failure })
      const { subject: userId, claims } = token
      const event = { type: "upstream.failed", clientId, userId, grantId: claims.gid, reason }
      expect(server.events.at(-1)).toMatchObject({ ...event, detail: "reason" })
    }
    server.upstream.onTokenFor = undefined
    await verify()
    await token.upstreamToken(["Mail.Read"])
  })

  test("is the sign-in's own if the provider has only one token", async () => {
    const { server, token } = await granted()
    delete server.upstream.tokenFor
    expect((await token.upstreamToken(["Mail.Read"])).accessToken).toMatch(/^upstream-access-alice/)
  })

  test("is not returned for a grant that has ended", async () => {
    const { server, clientId, tokens, token } = await granted()
    await server.post("/revoke", { client_id: clientId, token: tokens.refresh_token })
    for (const scopes of [[], ["Mail.Read"]]) {
      await expect(token.upstreamToken(scopes)).rejects.toMatchObject({
        failure: "sign_in_required",
        reason: "grant_ended",
      })
    }
    expect(server.upstream.tokenRequests).toEqual([])
  })
})

describe("a claims challenge", () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'

  async function challenged() {
    const all = await granted()
    all.server.upstream.onTokenFor = failing("interaction_required", claims)
    await expect(all.token.upstreamToken(["Mail.Read"])).rejects.toMatchObject({ claims })
    all.server.upstream.onTokenFor = undefined
    return all
  }

  test("is what the client gets from then on, on every instance within 5 seconds", async () => {
    const world = createWorld()
    const elsewhere = createFixture({}, world)
    const all = await granted(world)
    await all.verify(elsewhere)
    all.server.upstream.onTokenFor = failing("interaction_required", claims)
    await expect(all.token.upstreamToken(["Mail.Read"])).rejects.toMatchObject({ claims })

    const refusal = { code: "insufficient_claims", status: 401, claims }
    await expect(all.verify()).rejects.toMatchObject(refusal)
    world.advance(5000)
    await expect(all.verify(elsewhere)).rejects.toMatchObject(refusal)
  })

  test("is not postponed by a refresh: the client must sign in", async () => {
    const { server, clientId, tokens } = await challenged()
    const { status, body } = await server.refresh(clientId, tokens.refresh_token)
    expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_grant" })
    expect(server.reasons()).toEqual(["upstream_interaction_required"])
  })

  test("goes upstream once, with the next sign-in of a client on a device", async () => {
    const server = createFixture()
    const redirect = { redirect_uri: "http://127.0.0.1/callback" }
    const clientId = await server.registerPublic({ redirect_uris: [redirect.redirect_uri] })
    const signIn = async () => {
      const code = (await server.authorize(clientId, redirect)).get("code") ?? ""
      const { body } = await server.redeem(clientId, code, redirect)
      return server.verify(body.access_token)
    }
    const token = await signIn()
    server.upstream.onTokenFor = failing("interaction_required", claims)
    await expect(token.upstreamToken(["Mail.Read"])).rejects.toMatchObject({ claims })
    server.upstream.onTokenFor = undefined

    const again = await signIn()
    expect(server.upstream.authorizations.at(-1)?.hints.claims).toBe(claims)
    await again.upstreamToken(["Mail.Read"])

    await server.authorize(clientId, redirect)
    expect(server.upstream.authorizations.at(-1)?.hints.claims).toBeUndefined()
  })

  test("goes upstream unchanged if the client sends it itself", async () => {
    const { server, clientId } = await challenged()
    const own = '{"access_token":{"acrs":{"essential":true,"value":"c2"}}}'
    await server.authorize(clientId, { claims: own })
    expect(server.upstream.authorizations.at(-1)?.hints.claims).toBe(own)
  })

  test("does not affect another client's sign-in", async () => {
    const { server } = await challenged()
    await server.authorize(await server.registerPublic())
    expect(server.upstream.authorizations.at(-1)?.hints.claims).toBeUndefined()
  })
})

describe("a client whose metadata document is unavailable", () => {
  const documentUrl = "https://client.example.com/oauth.json"

  async function signedIn(options: Parameters<typeof createFixture>[0] = {}) {
    const web = documentServer()
    web.serve(documentUrl, {
      json: { client_id: documentUrl, client_name: "Documented", redirect_uris: [redirectUri] },
    })
    const server = createFixture({ fetchDocument: web.fetcher, ...options })
    const code = (await server.authorize(documentUrl)).get("code") ?? ""
    const { body } = await server.redeem(documentUrl, code)
    const token = await server.verify(body.access_token)
    server.advance(59 * minutes)
    web.serve(documentUrl, { status: 404 })
    return { server, token, verify: () => server.verify(body.access_token) }
  }

  test("does not prevent a tool from getting a token", async () => {
    const { server, token } = await signedIn()
    expect((await token.upstreamToken([])).accessToken).toBeTruthy()
    expect(server.upstream.refreshes).toHaveLength(1)
  })

  test("makes the tool call fail temporarily if onSignIn needs it, and does not end the grant", async () => {
    const { server, token, verify } = await signedIn({ onSignIn: () => undefined })
    await expect(token.upstreamToken([])).rejects.toBeInstanceOf(IdentityProviderError)
    await expect(token.upstreamToken([])).rejects.toMatchObject({ failure: "unavailable" })
    expect(server.upstream.refreshes).toEqual([])
    await verify()
  })
})

test("a provider that throws something else counts as unavailable", async () => {
  const { server, token, verify } = await granted()
  server.upstream.onTokenFor = () => {
    throw new TypeError("undefined is not a function")
  }
  await expect(token.upstreamToken(["Mail.Read"])).rejects.toMatchObject({
    failure: "unavailable",
    reason: "fault",
  })
  await verify()
})
