import { describe, expect, it, test } from "vitest"
import {
  ConfigurationError,
  type ConsentPageData,
  IdentityProviderError,
  type LimitedRequest,
  newClientSecret,
  type OAuthProxyOptions,
} from "../../src/index.ts"
import {
  approve,
  device,
  deviceGrant,
  enter,
  options,
  poll,
  type Server,
  signIn,
  start,
} from "../support/devices.ts"
import { createFixture, createWorld } from "../support/fixture.ts"
import { pausedSwaps } from "../support/paused-swaps.ts"
import { identityOf } from "../support/scripted-provider.ts"

const minutes = 60_000

describe("the device authorization response (§3.2)", () => {
  it("has two codes, where to enter one, and how long they last", async () => {
    const server = createFixture(options)
    const answer = await start(server)
    expect(answer.status).toBe(200)
    expect(answer.response.headers.get("cache-control")).toBe("no-store")
    expect(answer).toMatchObject({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: "https://mcp.example.com/device",
      verification_uri_complete: `https://mcp.example.com/device?user_code=${answer.user_code}`,
      expires_in: 900,
      interval: 5,
    })
  })

  it.each<[string, Record<string, string>, string]>([
    ["an unknown scope", { scope: "read fly" }, "invalid_scope"],
    ["an unknown resource", { resource: "https://other.example/mcp" }, "invalid_target"],
    ["a client that is not known", { client_id: "nobody" }, "invalid_client"],
  ])("is not given for %s", async (_, fields, error) => {
    expect(await start(createFixture(options), fields)).toMatchObject({ error })
  })

  it("is not given to a client that did not register for it", async () => {
    const server = createFixture(options)
    const client_id = await server.registerPublic()
    expect(await start(server, { client_id })).toMatchObject({
      status: 400,
      error: "unauthorized_client",
    })
  })

  it("is given to a confidential client that authenticates, as at the token endpoint (§3.1)", async () => {
    const { secret, hash } = await newClientSecret()
    const server = createFixture({
      ...options,
      clients: [{ clientId: "tv", clientSecretHash: hash }],
    })
    expect(await start(server, { client_id: "tv" })).toMatchObject({ status: 401 })
    const answer = await start(server, { client_id: "tv", client_secret: secret })
    expect(answer.status).toBe(200)
  })
})

describe("the person (§3.3)", () => {
  it("enters the code, approves, signs in, and the device gets its tokens", async () => {
    const server = createFixture(options)
    const waiting = await start(server, { scope: "read" })
    expect((await poll(server, waiting)).body.error).toBe("authorization_pending")
    const done = await approve(server, waiting.user_code)
    expect(done.status).toBe(200)
    expect(done.text).toContain("go back to your device")
    const { status, body } = await poll(server, waiting)
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "read" })
    expect((await server.verify(body.access_token)).identity.name).toBe("alice")
    expect((await server.refresh(waiting.clientId, body.refresh_token)).status).toBe(200)
    expect(server.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["consent.given", "sign_in.completed", "token.issued"]),
    )
    const { subject } = await server.verify(body.access_token)
    expect(await server.proxy.grantsOf(subject)).toHaveLength(1)
  })

  it.each([
    ["in small letters", (code: string) => code.toLowerCase()],
    ["without a hyphen", (code: string) => code.replace("-", "")],
    ["with spaces", (code: string) => ` ${[...code].join(" ")} `],
  ])("may type it %s (§6.1)", async (_, typed) => {
    const server = createFixture(options)
    const { user_code } = await start(server)
    const { page } = await enter(server, typed(user_code))
    expect(page.status).toBe(200)
    expect(page.text).toContain(user_code)
  })

  it("sees the code and a warning, and nothing goes upstream before they approve (§5.4)", async () => {
    const server = createFixture(options)
    const { user_code } = await start(server)
    const { page } = await enter(server, user_code)
    expect(page.text).toContain("Test client")
    expect(page.text).toContain(user_code)
    expect(page.text).toContain("If somebody sent it to you, deny.")
    expect(page.text).not.toContain("Takes you back to")
    expect(page.text).not.toContain("remember")
  })

  it("finds a code in the link filled in, but must send it themselves (§3.3.1)", async () => {
    const server = createFixture(options)
    const { verification_uri_complete, user_code } = await start(server)
    const browser = server.browser()
    const page = await browser.open(verification_uri_complete)
    expect(page.text).toContain(`value="${user_code}"`)
    expect(page.text).not.toContain("Test client")
    expect((await page.submit("Continue")).text).toContain("Test client")
  })

  it("who declines ends the wait", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    const { page } = await enter(server, waiting.user_code)
    const done = await page.submit("deny")
    expect([done.status, done.text]).toEqual([200, expect.stringContaining("gets no access")])
    const { status, body } = await poll(server, waiting)
    expect([status, body.error]).toEqual([400, "access_denied"])
    expect((await enter(server, waiting.user_code)).page.status).toBe(400)
    expect(server.events).toContainEqual({ type: "consent.denied", clientId: waiting.clientId })
  })

  it.each<[string, Partial<OAuthProxyOptions>, (server: Server) => void]>([
    ["onSignIn refuses", { onSignIn: () => "Only Contoso." }, () => undefined],
    [
      "the provider refuses",
      {},
      (server) => {
        server.upstream.onRedeem = () => {
          throw new IdentityProviderError("denied", "AADSTS50105", "Not assigned.")
        }
      },
    ],
  ])("whom %s ends the wait", async (_, more, prepare) => {
    const server = createFixture({ ...options, ...more })
    prepare(server)
    const waiting = await start(server)
    const done = await approve(server, waiting.user_code)
    expect(done.status).toBeGreaterThanOrEqual(400)
    expect((await poll(server, waiting)).body.error).toBe("access_denied")
  })

  it("who signs in too late gives the device nothing", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    server.upstream.onRedeem = ({ scopes }) => {
      server.advance(15 * minutes)
      const tokens = { accessToken: "a", expiresAt: server.now() + minutes, scopes }
      return { identity: identityOf("alice"), tokens, scopes }
    }
    expect((await approve(server, waiting.user_code)).status).toBe(400)
    expect((await poll(server, waiting)).body.error).toBe("expired_token")
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: "grant.ended", cause: "superseded" }),
    )
  })

  it("is asked upstream for what a tool of this device was refused for", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    await approve(server, waiting.user_code)
    const { body } = await poll(server, waiting)
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    const challenge = new IdentityProviderError("interaction_required", "mfa", "More.", { claims })
    await (await server.verify(body.access_token)).requireClaims(challenge)

    const again = await start(server, { client_id: waiting.clientId })
    await approve(server, again.user_code)
    expect(server.upstream.authorizations.at(-1)?.hints).toEqual({ claims })
    await approve(server, (await start(server, { client_id: waiting.clientId })).user_code)
    expect(server.upstream.authorizations.at(-1)?.hints).toEqual({})
  })

  it("may try again after an outage upstream", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    server.upstream.onRedeem = () => {
      throw new IdentityProviderError("unavailable", "timeout", "Try again.")
    }
    expect((await approve(server, waiting.user_code)).status).toBe(503)
    expect((await poll(server, waiting)).body.error).toBe("authorization_pending")
    server.upstream.onRedeem = undefined
    expect((await approve(server, waiting.user_code)).status).toBe(200)
    server.advance(5000)
    expect((await poll(server, waiting)).status).toBe(200)
  })

  it("gets the same page for every code that no device waits with", async () => {
    const server = createFixture(options)
    const used = await start(server)
    await approve(server, used.user_code)
    const old = await start(server)
    const open = await enter(server, old.user_code)
    server.advance(15 * minutes)
    const typed = ["BBBB-BBBB", "short", "AAAA-AAAA", "<script>", "", used.user_code, old.user_code]
    for (const code of typed) {
      const { page } = await enter(server, code)
      expect(page.status, code).toBe(400)
      expect(page.text).toContain("No device waits with this code")
      expect(page.text).not.toContain("<script>")
    }
    // A consent page that was open for too long approves nothing either.
    expect((await open.page.submit("approve")).status).toBe(400)
    expect(new Set(server.reasons())).toEqual(new Set(["user_code_unknown"]))
  })
})

describe("the device (§3.4, §3.5)", () => {
  it("is slowed down if it asks too often, by 5 seconds each time", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    const ask = async (after: number) => {
      server.advance(after)
      return (await poll(server, waiting)).body.error
    }
    expect(await ask(0)).toBe("authorization_pending")
    expect(await ask(4999)).toBe("slow_down")
    expect(await ask(9999)).toBe("slow_down")
    expect(await ask(14_999)).toBe("slow_down")
    expect(await ask(20_000)).toBe("authorization_pending")
    await approve(server, waiting.user_code)
    expect(await ask(0)).toBeUndefined()
  })

  it("gets its tokens even if another of its requests is told to wait at the same moment", async () => {
    const world = createWorld()
    const paused = pausedSwaps(world.store)
    const server = createFixture(options, { ...world, store: paused.store })
    const waiting = await start(server)
    const early = await paused.during(() => poll(server, waiting))
    await approve(server, waiting.user_code)
    const late = await paused.during(() => poll(server, waiting))
    early.resume()
    expect((await early.answer).body.error).toBe("authorization_pending")
    late.resume()
    expect((await late.answer).status).toBe(200)
  })

  it("learns that its code has expired, and later that it is unknown", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    server.advance(15 * minutes)
    expect(await poll(server, waiting)).toMatchObject({
      status: 400,
      body: { error: "expired_token" },
    })
    server.advance(10 * minutes)
    expect(await poll(server, waiting)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    })
  })

  it("gets its tokens if the person approved in the last moment", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    const { browser, page } = await enter(server, waiting.user_code)
    server.advance(15 * minutes - 1)
    await signIn(server, page, browser)
    server.advance(5000)
    expect((await poll(server, waiting)).status).toBe(200)
  })

  it("gets tokens once", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    await approve(server, waiting.user_code)
    const answers = await Promise.all(Array.from({ length: 10 }, () => poll(server, waiting)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const lost = answers.filter(({ status }) => status !== 200)
    expect(new Set(lost.map(({ body }) => body.error))).toEqual(new Set(["invalid_grant"]))
    const { access_token } = answers.find(({ status }) => status === 200)?.body ?? {
      access_token: "",
    }
    await expect(server.verify(access_token)).resolves.toBeDefined()
  })

  it("gets nothing for a resource that it did not ask for", async () => {
    const resources = ["https://mcp.example.com/a/mcp", "https://mcp.example.com/b/mcp"] as const
    const server = createFixture({
      ...options,
      resources: resources.map((resource) => ({ resource })),
    })
    const waiting = await start(server, { resource: resources[0] })
    await approve(server, waiting.user_code)
    const form = {
      grant_type: deviceGrant,
      client_id: waiting.clientId,
      device_code: waiting.device_code,
    }
    const response = await server.post("/token", { ...form, resource: resources[1] })
    expect(await response.json()).toMatchObject({ error: "invalid_target" })
    expect((await poll(server, waiting)).status).toBe(200)
  })

  it("of another client gets nothing, and changes nothing", async () => {
    const server = createFixture(options)
    const waiting = await start(server)
    const clientId = await server.registerPublic(device)
    await approve(server, waiting.user_code)
    expect((await poll(server, { ...waiting, clientId })).body.error).toBe("invalid_grant")
    expect((await poll(server, waiting)).status).toBe(200)
  })
})

describe("off, which is the default", () => {
  it("there is no page, no endpoint, no grant type, and nothing in the metadata", async () => {
    const server = createFixture()
    expect((await server.request("/device")).status).toBe(404)
    expect((await server.post("/device_authorization", {})).status).toBe(404)
    const clientId = await server.registerPublic()
    expect((await poll(server, { clientId, device_code: "x" })).body.error).toBe(
      "unsupported_grant_type",
    )
    const metadata = async (of: Server) =>
      (await of.request("/.well-known/oauth-authorization-server")).json()
    expect(await metadata(server)).not.toHaveProperty("device_authorization_endpoint")
    expect(await metadata(createFixture(options))).toMatchObject({
      device_authorization_endpoint: "https://mcp.example.com/device_authorization",
      grant_types_supported: ["authorization_code", "refresh_token", deviceGrant],
    })
  })

  it("a client that only has devices cannot register; with it, it can, without redirect URIs", async () => {
    expect(await createFixture().register(device)).toMatchObject({
      error: "invalid_client_metadata",
    })
    const server = createFixture(options)
    for (const more of [{}, { response_types: [] }]) {
      expect(await server.register({ ...device, ...more })).toMatchObject({
        redirect_uris: [],
        grant_types: [deviceGrant, "refresh_token"],
        response_types: [],
      })
    }
    const both = { grant_types: ["authorization_code", deviceGrant] }
    expect(await server.register(both)).toMatchObject({
      grant_types: ["authorization_code", deviceGrant, "refresh_token"],
      response_types: ["code"],
    })
    expect(await server.register({ ...both, response_types: [] })).toMatchObject({
      error: "invalid_client_metadata",
    })
    expect(await server.register({ redirect_uris: [] })).toMatchObject({
      error: "invalid_redirect_uri",
    })
  })

  it.each([
    ["limiter", { clientAddress: () => "x" }],
    ["clientAddress", { limiter: { consume: async () => ({}) } }],
  ])("it cannot be turned on without %s, because codes could be tried (§5.1)", (_, more) => {
    expect(() => createFixture({ deviceAuthorization: true, ...more })).toThrow(ConfigurationError)
  })
})

test("attempts are counted, so that nobody can try codes (§5.1)", async () => {
  let attempts = 0
  const limiter = {
    consume: async ({ endpoint }: { endpoint: string }) =>
      endpoint === "device" && ++attempts > 4 ? { retryAfter: 60 } : {},
  }
  const server = createFixture({ ...options, limiter })
  expect((await enter(server, "BBBB-BBBB")).page.status).toBe(400)
  expect((await enter(server, "BBBB-BBBC")).page.status).toBe(400)
  const browser = server.browser()
  const page = await browser.open(`${server.proxy.issuer}/device`)
  expect(page.status).toBe(429)
  expect(server.reasons().at(-1)).toBe("rate_limited")
})

test("attempts from addresses that nobody knows are counted together (§5.1)", async () => {
  const counted: LimitedRequest[] = []
  const limiter = {
    consume: async (request: LimitedRequest) => {
      counted.push(request)
      return {}
    },
  }
  const server = createFixture({ ...options, limiter, clientAddress: () => undefined })
  await enter(server, (await start(server)).user_code)
  expect(counted.map(({ endpoint }) => endpoint)).toEqual(["device", "device"])
  expect(new Set(counted.map(({ address }) => address)).size).toBe(1)
})

test("a consent page of the operator is told about the device", async () => {
  let shown: ConsentPageData | undefined
  const consentPage = (data: ConsentPageData) => {
    shown = data
    return `<form method="post" action="${data.form.action}"><input name="${data.form.field.name}" value="${data.form.field.value}"><button name="decision" value="approve">Yes</button></form>`
  }
  const server = createFixture({ ...options, consentPage })
  const waiting = await start(server)
  await approve(server, waiting.user_code)
  expect(shown).toMatchObject({ device: { userCode: waiting.user_code }, canRemember: false })
  expect(shown).not.toHaveProperty("redirect")
  expect((await poll(server, waiting)).status).toBe(200)
})
