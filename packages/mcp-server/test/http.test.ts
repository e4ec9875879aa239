import { TokenError, type TokenVerifier } from "@doorward/jwt-verifier"
import { serve as serveNode } from "@hono/node-server"
import { afterEach, describe, expect, test, vi } from "vitest"
import { bearer, challengeOf, endpoint, ping, toolCall } from "./support/endpoint.ts"
import { proxyOf, RESOURCE, signToken, verifierFor } from "./support/issuer.ts"

afterEach(() => {
  vi.useRealTimers()
})

describe("bodies", () => {
  test.each([
    ["declared", { "content-length": "101" }],
    ["streamed", {}],
  ])("a %s body over the limit is 413", async (_, headers) => {
    const { send, refusals, served } = endpoint({ maxBodyBytes: 100 })
    const body = JSON.stringify({ ...ping, params: "x".repeat(100) })
    const response = await send({
      method: "POST",
      body,
      headers: { ...(await bearer()), ...headers, "content-type": "application/json" },
    })
    expect(response.status).toBe(413)
    expect(refusals[0]).toMatchObject({ reason: "body_too_large", subject: "alice" })
    expect(served).toEqual([])
  })

  test("a streamed body within the limit arrives whole, split characters too", async () => {
    const { send, served } = endpoint({ maxBodyBytes: 1000 })
    const bytes = new TextEncoder().encode(JSON.stringify({ text: "Grüße, 世界" }))
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    const headers = { ...(await bearer()), "content-type": "application/json; charset=utf-8" }
    await send({ method: "POST", body, headers, duplex: "half" } as RequestInit)
    expect(served[0]?.parsedBody).toEqual({ text: "Grüße, 世界" })
  })

  test.each([
    ["not JSON", "{", "application/json", 400, "body_not_json", -32700],
    ["empty", "", "application/json", 400, "body_not_json", -32700],
    ["a form", "a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type", -32000],
    ["JSON as text", "{}", "text/plain", 415, "unsupported_media_type", -32000],
    ["a lookalike", "{}", "application/json-seq", 415, "unsupported_media_type", -32000],
  ])("%s is refused", async (_, body, type, status, reason, code) => {
    const { send, refusals } = endpoint()
    const headers = { ...(await bearer()), "content-type": type }
    const response = await send({ method: "POST", body, headers })
    expect(response.status).toBe(status)
    expect(refusals[0]?.reason).toBe(reason)
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", error: { code }, id: null })
  })

  test("GET and DELETE reach the server without a body", async () => {
    const { send, served } = endpoint()
    for (const method of ["GET", "DELETE"]) {
      expect((await send({ method, headers: await bearer() })).status).toBe(200)
    }
    expect(served.map(({ parsedBody }) => parsedBody)).toEqual([undefined, undefined])
  })

  test("HEAD without a token gets the challenge, as GET does", async () => {
    const { send } = endpoint()
    const [head, get] = [await send({ method: "HEAD" }), await send({ method: "GET" })]
    expect(head.status).toBe(401)
    expect(challengeOf(head)).toEqual(challengeOf(get))
  })

  test.each(["PUT", "PATCH", "HEAD", "OPTIONS"])("%s is 405", async (method) => {
    const { send, served } = endpoint()
    const response = await send({ method, headers: await bearer() })
    expect(response.status).toBe(405)
    expect(response.headers.get("allow")).toBe("GET, POST, DELETE")
    expect(served).toEqual([])
  })
})

describe("a token that can't be checked is 503 with Retry-After", () => {
  const direct = (verify: TokenVerifier["verify"]) =>
    ({
      proxy: undefined,
      resource: RESOURCE,
      verifier: { verify },
      authorizationServers: ["https://a.example"],
    }) as object

  test.each([
    ["keys_unavailable", new TokenError("keys_unavailable", "no keys")],
    ["unavailable", new TokenError("unavailable", "no store")],
    ["verifier_failed", new Error("connect ECONNREFUSED 10.0.0.1")],
  ])("%s", async (reason, error) => {
    const { send, refusals, served } = endpoint(direct(() => Promise.reject(error)))
    const response = await send({ json: ping, headers: await bearer() })
    expect(response.status).toBe(503)
    expect(response.headers.get("retry-after")).toBe("5")
    expect(response.headers.get("www-authenticate")).toBeNull()
    expect(await response.text()).not.toContain("ECONNREFUSED")
    expect(refusals[0]).toMatchObject({ reason, cause: error })
    expect(served).toEqual([])
  })

  test("a verifier that requires scopes itself: 403", async () => {
    const error = new TokenError("insufficient_scope", "too little")
    const { send } = endpoint({ ...direct(() => Promise.reject(error)), scopes: ["a"] })
    const response = await send({ json: ping, headers: await bearer() })
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toMatchObject({ error: "insufficient_scope", scope: "a" })
  })
})

describe("text in a challenge", () => {
  test.each([
    ['a "quoted" part', "a 'quoted' part"],
    ["a back\\slash", "a back/slash"],
    ["a line\r\nSet-Cookie: x=1", "a line??Set-Cookie: x=1"],
    ["Grüße", "Gr??e"],
  ])("%j becomes %j", async (message, expected) => {
    const verifier = { verify: () => Promise.reject(new TokenError("inactive", message)) }
    const { send } = endpoint({
      proxy: undefined,
      resource: RESOURCE,
      verifier,
      authorizationServers: ["https://a.example"],
    } as object)
    const response = await send({ json: ping, headers: await bearer() })
    expect(challengeOf(response).error_description).toBe(expected)
    expect(response.headers.get("set-cookie")).toBeNull()
  })
})

describe("a stream ends with the token that opened it", () => {
  const stream = () =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(3)) }),
      { headers: { "content-type": "text/event-stream" } },
    )

  test.each([
    ["a GET stream", { method: "GET" }],
    ["a subscription", { json: { ...ping, method: "subscriptions/listen" } }],
  ])("%s", async (_, init) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
    const headers = await bearer({ exp: Math.floor(Date.now() / 1000) + 60 })
    const response = await endpoint({ serve: stream }).send({ ...init, headers })
    const reader = response.body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(3)
    const next = reader?.read()
    vi.advanceTimersByTime(60_000)
    expect(await next).toEqual({ done: true, value: undefined })
  })

  test("the stream of a tool call may outlive the token", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
    const headers = await bearer({ exp: Math.floor(Date.now() / 1000) + 60 })
    const answer = await endpoint({ serve: stream }).send({ json: toolCall("x"), headers })
    const reader = answer.body?.getReader()
    await reader?.read()
    let ended = false
    reader?.read().then(() => {
      ended = true
    })
    await vi.advanceTimersByTimeAsync(600_000)
    expect(ended).toBe(false)
    await reader?.cancel()
    expect(vi.getTimerCount()).toBe(0)
  })

  test("a stream of known length has ended already, and is passed on as it is", async () => {
    const headers = { "content-type": "text/event-stream", "content-length": "10" }
    const response = new Response("data: {}\n\n", { headers })
    const answer = await endpoint({ serve: () => response }).send({
      json: toolCall("x"),
      headers: await bearer(),
    })
    expect(answer).toBe(response)
  })

  test("the server notices when a listener leaves", async () => {
    const leave = vi.fn()
    const serve = () =>
      new Response(new ReadableStream({ cancel: leave }), {
        headers: { "content-type": "text/event-stream" },
      })
    const response = await endpoint({ serve }).send({ method: "GET", headers: await bearer() })
    await response.body?.cancel("gone")
    expect(leave).toHaveBeenCalledExactlyOnceWith("gone")
  })
})

describe("a stream ends with the sign-in behind it", () => {
  const opened = [
    ["a GET stream", { method: "GET" }],
    ["a subscription", { json: { ...ping, method: "subscriptions/listen" } }],
    ["a tool call", { json: toolCall("x") }],
  ] as const
  const source = () => {
    const leave = vi.fn()
    const headers = { "content-type": "text/event-stream" }
    return { leave, serve: () => new Response(new ReadableStream({ cancel: leave }), { headers }) }
  }
  const now = () => Math.floor(Date.now() / 1000)

  describe.each(opened)("%s", (_, init) => {
    test("within half a minute of the grant's end, whether or not its token has expired", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
      let active = true
      const { leave, serve } = source()
      const proxy = proxyOf({ isActive: async () => active })
      const { send } = endpoint({ proxy, serve })
      const response = await send({ ...init, headers: await bearer({ exp: now() + 7200 }) })
      const next = response.body?.getReader().read()
      await vi.advanceTimersByTimeAsync(3_600_000)
      expect(leave).not.toHaveBeenCalled()
      active = false
      await vi.advanceTimersByTimeAsync(30_000)
      expect(await next).toEqual({ done: true, value: undefined })
      expect(leave).toHaveBeenCalledOnce()
      expect(vi.getTimerCount()).toBe(0)
    })

    test("not while the store is away", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
      const { leave, serve } = source()
      const isActive = () => Promise.reject(new TokenError("unavailable", "The store is away."))
      const { send } = endpoint({ proxy: proxyOf({ isActive }), serve })
      const response = await send({ ...init, headers: await bearer({ exp: now() + 7200 }) })
      const reader = response.body?.getReader()
      await vi.advanceTimersByTimeAsync(600_000)
      expect(leave).not.toHaveBeenCalled()
      await reader?.cancel()
    })

    test("and with a token that its issuer says is revoked", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
      const { leave, serve } = source()
      const verified = await verifierFor().verify(await signToken())
      let revoked = false
      const verify = async () => {
        if (revoked) throw new TokenError("inactive", "The token is not active")
        return verified
      }
      const { send } = endpoint({
        proxy: undefined,
        resource: RESOURCE,
        verifier: { verify },
        authorizationServers: ["https://a.example"],
        serve,
      } as object)
      await send({ ...init, headers: await bearer() })
      await vi.advanceTimersByTimeAsync(60_000)
      expect(leave).not.toHaveBeenCalled()
      revoked = true
      await vi.advanceTimersByTimeAsync(30_000)
      expect(leave).toHaveBeenCalledOnce()
    })
  })
})

test("over a socket, a header sent twice is malformed, and a body is read", async () => {
  const { app, served } = endpoint()
  const server = serveNode({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" })
  try {
    await new Promise((resolve) => server.once("listening", resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/mcp`
    const token = await signToken()
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
    const init = { method: "POST", body: JSON.stringify(ping) }
    expect((await fetch(url, { ...init, headers })).status).toBe(200)
    expect(served[0]?.parsedBody).toEqual(ping)
    const twice = [
      ["authorization", `Bearer ${token}`],
      ["authorization", `Bearer ${token}`],
      ["content-type", "application/json"],
    ] satisfies [string, string][]
    expect((await fetch(url, { ...init, headers: twice })).status).toBe(400)
  } finally {
    if ("closeAllConnections" in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

describe("the address with a slash at its end", () => {
  test("is the same endpoint", async () => {
    const { send, served } = endpoint()
    const response = await send({ json: ping, url: `${RESOURCE}/`, headers: await bearer() })
    expect(response.status).toBe(200)
    expect(served).toHaveLength(1)
  })

  test("without a token it leads to the metadata, which has a slash too where clients add one", async () => {
    const { app, send } = endpoint()
    const response = await send({ json: ping, url: `${RESOURCE}/` })
    expect(response.status).toBe(401)
    const { resource_metadata: url = "" } = challengeOf(response)
    for (const place of [url, `${url}/`]) {
      expect(await (await app.request(place)).json()).toMatchObject({ resource: RESOURCE })
    }
  })
})
