import { afterEach, describe, expect, test, vi } from "vitest"
import { IdentityProviderError, type UpstreamFailure } from "../../src/index.ts"
import { userIdOf } from "../../src/records/user.ts"
import { createFixture, createWorld } from "../support/fixture.ts"
import { identityOf } from "../support/scripted-provider.ts"

const minutes = 60_000

/** A server where alice has signed in, and whose next refresh must confirm that upstream. */
async function signedIn(options: Parameters<typeof createFixture>[0] = {}, world = createWorld()) {
  const server = createFixture(options, world)
  const { clientId, tokens } = await server.signIn()
  server.advance(5 * minutes)
  const refresh = (on = server, token = tokens.refresh_token) => on.refresh(clientId, token)
  const post = () =>
    server.post("/token", {
      grant_type: "refresh_token",
      client_id: clientId,
      refresh_token: tokens.refresh_token,
    })
  return { server, world, clientId, tokens, refresh, post }
}

const failing = (
  failure: UpstreamFailure,
  reason: string,
  more: { retryAfter?: number; claims?: string } = {},
) => {
  throw new IdentityProviderError(failure, reason, "What a person may read.", more)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe("a sign-in that was confirmed", () => {
  test("is not confirmed again within 5 minutes", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    server.advance(5 * minutes - 1)
    const { body } = await server.refresh(clientId, tokens.refresh_token)
    expect(server.upstream.refreshes).toHaveLength(0)
    server.advance(1)
    await server.refresh(clientId, body.refresh_token)
    expect(server.upstream.refreshes).toHaveLength(1)
  })

  test("gets new claims and tokens, and loses the scopes that are no longer granted", async () => {
    const { server, refresh } = await signedIn()
    server.upstream.onRefresh = (tokens) => ({
      identity: identityOf("alice", { roles: ["Admin"], name: "Alice Newname" }),
      tokens: { ...tokens, accessToken: "upstream-access-alice-new", refreshToken: "next" },
      scopes: ["read"],
    })
    const { body } = await refresh()
    expect(body.scope).toBe("read")
    const token = await server.verify(body.access_token)
    expect(token.identity).toMatchObject({ roles: ["Admin"], name: "Alice Newname" })
    expect(token.scopes).toEqual(["read"])
    expect((await token.upstreamToken([])).accessToken).toBe("upstream-access-alice-new")
    server.advance(5 * minutes)
    await refresh(server, body.refresh_token)
    expect(server.upstream.refreshes.at(-1)?.refreshToken).toBe("next")
  })

  test("also narrows access tokens that were issued before", async () => {
    const { server, tokens, refresh } = await signedIn()
    server.upstream.onRefresh = (current) => ({
      identity: identityOf("alice"),
      tokens: current,
      scopes: ["read"],
    })
    await refresh()
    expect((await server.verify(tokens.access_token)).scopes).toEqual(["read"])
  })

  test("lives as long as the upstream access token if there is no upstream refresh token", async () => {
    const server = createFixture()
    server.upstream.onRedeem = (request) => ({
      identity: identityOf("alice"),
      tokens: { accessToken: "only", expiresAt: server.now() + 60 * minutes, scopes: [] },
      scopes: request.scopes,
    })
    const { clientId, tokens } = await server.signIn()
    server.advance(59 * minutes)
    const { status, body } = await server.refresh(clientId, tokens.refresh_token)
    expect(status).toBe(200)
    server.advance(6 * minutes)
    expect((await server.refresh(clientId, body.refresh_token)).body.error).toBe("invalid_grant")
    expect(server.upstream.refreshes).toHaveLength(0)
  })
})

describe("a refusal of the person ends the grant", () => {
  test.each([
    ["sign_in_required", "AADSTS50173", "upstream_sign_in_required"],
    ["denied", "AADSTS50105", "upstream_denied"],
    ["interaction_required", "AADSTS50076", "upstream_interaction_required"],
  ] as const)("%s", async (failure, upstreamReason, reason) => {
    const { server, tokens, refresh } = await signedIn()
    server.upstream.onRefresh = () => failing(failure, upstreamReason)
    const { status, body } = await refresh()
    expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_grant" })
    expect(body.error_description).toBe("What a person may read.")
    expect(server.events.slice(-2)).toMatchObject([
      { type: "grant.ended", cause: "upstream_refused" },
      { type: "request.refused", endpoint: "/token", reason, detail: upstreamReason },
    ])
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })

    server.upstream.onRefresh = undefined
    expect((await refresh()).body.error).toBe("invalid_grant")
    expect(server.reasons().at(-1)).toBe("grant_ended")
  })

  test.each([
    ["another subject", { subject: "bob" }],
    ["the same subject of another issuer", { issuer: "https://other.test" }],
  ])("%s in the answer", async (_, change) => {
    const { server, tokens, refresh } = await signedIn()
    server.upstream.onRefresh = (current) => ({
      identity: identityOf("alice", { ...change, name: "Somebody Else" }),
      tokens: current,
      scopes: ["read", "write"],
    })
    expect((await refresh()).body.error).toBe("invalid_grant")
    expect(server.reasons()).toEqual(["upstream_subject_changed"])
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: "grant.ended", cause: "upstream_subject_changed" }),
    )
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  })

  test("onSignIn refuses", async () => {
    let allowed = true
    const { server, clientId, refresh } = await signedIn({
      onSignIn: (identity, client) => {
        expect(identity.subject).toBe("alice")
        expect(client.name).toBe("Test client")
        return allowed ? undefined : { message: "Your access has been withdrawn.", rule: "roles" }
      },
    })
    allowed = false
    const { body } = await refresh()
    expect(body).toMatchObject({
      error: "invalid_grant",
      error_description: "Your access has been withdrawn.",
    })
    expect(server.reasons()).toEqual(["sign_in_refused"])
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: "grant.ended", cause: "sign_in_refused", clientId }),
    )
    expect(server.events).toContainEqual(
      expect.objectContaining({
        reason: "sign_in_refused",
        detail: "roles",
        userId: await userIdOf(identityOf("alice")),
      }),
    )
  })
})

describe("any other failure loses nothing", () => {
  test.each([
    [
      "an operator's fault",
      () => failing("operator", "AADSTS7000222"),
      "60",
      "upstream_misconfigured",
    ],
    ["an outage", () => failing("unavailable", "http_503"), "5", "upstream_unavailable"],
    [
      "throttling",
      () => failing("unavailable", "http_429", { retryAfter: 17 }),
      "17",
      "upstream_unavailable",
    ],
    ["garbage", () => JSON.parse("<html>"), "5", "upstream_unavailable"],
  ])("%s is 503 with Retry-After", async (_, onRefresh, retryAfter, reason) => {
    const { server, tokens, refresh, post } = await signedIn()
    server.upstream.onRefresh = onRefresh
    const response = await post()
    expect(response.status).toBe(503)
    expect(response.headers.get("retry-after")).toBe(retryAfter)
    expect(await response.json()).toMatchObject({ error: "temporarily_unavailable" })
    expect(server.reasons()).toEqual([reason])
    await server.verify(tokens.access_token)

    server.upstream.onRefresh = undefined
    const { status, body } = await refresh()
    expect(status).toBe(200)
    await server.verify(body.access_token)
  })

  test("if onSignIn throws, the tokens that the provider issued are kept", async () => {
    let broken = false
    const { server, refresh } = await signedIn({
      onSignIn: () => {
        if (broken) throw new Error("the directory is down")
      },
    })
    const before = server.upstream.refreshes.length
    broken = true
    expect(await refresh()).toMatchObject({ status: 500, body: { error: "server_error" } })
    expect(server.reasons()).toEqual(["internal_error"])
    broken = false
    expect((await refresh()).status).toBe(200)
    const [spent, used] = server.upstream.refreshes.slice(before)
    expect(used?.refreshToken).not.toBe(spent?.refreshToken)
  })

  test("a provider that does not answer is aborted, and given up on even if it ignores the signal", async () => {
    const deadline = new AbortController()
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(deadline.signal)
    const { server, refresh } = await signedIn()
    const signals: (AbortSignal | undefined)[] = []
    server.upstream.onRefresh = (_, signal) => {
      signals.push(signal)
      queueMicrotask(() => deadline.abort())
      return new Promise(() => undefined)
    }
    const { status, body } = await refresh()
    expect({ status, error: body.error }).toEqual({ status: 503, error: "temporarily_unavailable" })
    expect(signals[0]?.aborted).toBe(true)
    expect(AbortSignal.timeout).toHaveBeenCalledWith(12_000)
  })
})

describe("one upstream call at a time across all instances", () => {
  /** An upstream that answers when the test tells it to. */
  function slowUpstream(world: ReturnType<typeof createWorld>) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    world.upstream.onRefresh = async (current) => {
      started.resolve()
      await promise
      const tokens = { ...current, accessToken: "upstream-access-alice-slow" }
      return { identity: identityOf("alice"), tokens, scopes: ["read", "write"] }
    }
    return { started: started.promise, answer: resolve }
  }

  test.each(["this instance", "another instance"])(
    "a request that waits longer than 3 seconds at %s is told to retry, and then gets the same answer",
    async (where) => {
      const { server, world, refresh } = await signedIn()
      const other = where === "this instance" ? server : createFixture({}, world)
      const upstream = slowUpstream(world)
      const first = refresh()
      await upstream.started
      const begun = world.now()

      const waiting = await refresh(other)
      expect(waiting).toMatchObject({ status: 503, body: { error: "temporarily_unavailable" } })
      expect(world.now() - begun).toBe(3000)
      expect(other.events.at(-1)).toMatchObject({ reason: "upstream_unavailable", detail: "busy" })

      upstream.answer()
      const { status, body } = await first
      expect(status).toBe(200)
      expect(await refresh(other)).toMatchObject({ body: { refresh_token: body.refresh_token } })
      expect(server.upstream.refreshes).toHaveLength(1)
    },
  )

  test("a request that waits less gets the answer too", async () => {
    const { server, world, refresh } = await signedIn()
    const other = createFixture({}, world)
    const upstream = slowUpstream(world)
    const first = refresh()
    await upstream.started
    const second = refresh(other)
    upstream.answer()
    const [one, two] = await Promise.all([first, second])
    expect([one.status, two.status]).toEqual([200, 200])
    expect(one.body.refresh_token).toBe(two.body.refresh_token)
    expect(server.upstream.refreshes).toHaveLength(1)
  })

  test("a call by an instance that died is taken over after its deadline, and its late result is dropped", async () => {
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(new AbortController().signal)
    const { server, world, refresh } = await signedIn()
    const other = createFixture({}, world)
    const upstream = slowUpstream(world)
    const dead = refresh()
    await upstream.started
    world.upstream.onRefresh = undefined

    world.advance(11_000)
    expect((await refresh(other)).status).toBe(503)
    world.advance(1000)
    const taken = await refresh(other)
    expect(taken.status).toBe(200)
    expect(server.upstream.refreshes).toHaveLength(2)

    upstream.answer()
    expect(await dead).toMatchObject({ body: { refresh_token: taken.body.refresh_token } })
    const token = await other.verify(taken.body.access_token)
    expect((await token.upstreamToken([])).accessToken).not.toBe("upstream-access-alice-slow")
  })

  test("a request that waits for a refusal gets it too", async () => {
    const { server, refresh } = await signedIn()
    server.upstream.onRefresh = () => failing("sign_in_required", "AADSTS50173")
    const answers = await Promise.all([refresh(), refresh(), refresh()])
    expect(answers.map(({ body }) => body.error)).toEqual(Array(3).fill("invalid_grant"))
    expect(server.upstream.refreshes).toHaveLength(1)
    expect(server.events.filter(({ type }) => type === "grant.ended")).toHaveLength(1)
  })
})

describe("the operator's refusal", () => {
  test.each(["sign_in_refused", "subject_changed", "upstream_subject_changed"])(
    "is not confused with a provider's own reason %s",
    async (reason) => {
      const { server, refresh } = await signedIn()
      server.upstream.onRefresh = () => failing("denied", reason)
      expect((await refresh()).body.error).toBe("invalid_grant")
      expect(server.reasons()).toEqual(["upstream_denied"])
      expect(server.events).toContainEqual(
        expect.objectContaining({ type: "grant.ended", cause: "upstream_refused" }),
      )
    },
  )
})

describe("a provider's answer that is not a sign-in", () => {
  const nonsense = [
    ["no subject", { ...identityOf("alice"), subject: undefined }],
    ["an empty subject", identityOf("alice", { subject: "" })],
    ["groups that are a string", { ...identityOf("alice"), groups: "admins" }],
    ["nobody", undefined],
  ] as const
  const answer = (identity: unknown) => (tokens: unknown) =>
    ({ identity, tokens, scopes: ["read"] }) as never

  test.each(nonsense)(
    "with %s is refused at the callback, and nothing of it is stored",
    async (_, identity) => {
      const server = createFixture()
      const tokens = { accessToken: "a", expiresAt: server.now() + minutes, scopes: [] }
      server.upstream.onRedeem = () => answer(identity)(tokens)
      const back = await server.authorize(await server.registerPublic())
      expect(back.get("error")).toBe("temporarily_unavailable")
      expect(back.get("code")).toBeNull()
      expect(server.events.map(({ type }) => type)).not.toContain("sign_in.completed")
    },
  )

  test.each(nonsense)("with %s does not end a grant during a refresh", async (_, identity) => {
    const { server, refresh } = await signedIn()
    server.upstream.onRefresh = answer(identity)
    expect((await refresh()).status).toBe(503)
    server.upstream.onRefresh = undefined
    expect((await refresh()).status).toBe(200)
  })

  test("may have members that are undefined, as JavaScript programs may", async () => {
    const { server, refresh } = await signedIn()
    server.upstream.onRefresh = (tokens) =>
      answer({ ...identityOf("alice"), email: undefined })(tokens)
    expect((await refresh()).status).toBe(200)
  })

  test("keeps what a provider adds of its own", async () => {
    const { server, refresh } = await signedIn()
    server.upstream.onRefresh = (tokens) =>
      answer(identityOf("alice"))({ ...tokens, idToken: "hint" })
    const { body } = await refresh()
    server.advance(5 * minutes)
    await refresh(server, body.refresh_token)
    expect(server.upstream.refreshes.at(-1)).toMatchObject({ idToken: "hint" })
  })
})
