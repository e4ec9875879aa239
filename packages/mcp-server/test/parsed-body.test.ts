import { describe, expect, test } from "vitest"
import { mcpGuard, type Refusal, type ServeMcpOptions } from "../src/index.ts"
import { bearer, ping, toolCall } from "./support/endpoint.ts"
import { proxyOf, RESOURCE } from "./support/issuer.ts"

function guarded() {
  const served: ServeMcpOptions[] = []
  const refusals: Refusal[] = []
  const guard = mcpGuard({
    proxy: proxyOf(),
    policy: { tools: { write: { scopes: ["mcp.write"] } } },
    maxBodyBytes: 100,
    serve: (_, options) => {
      served.push(options)
      return Response.json({ ok: true })
    },
    onRefusal: (refusal) => refusals.push(refusal),
  })
  return { guard, served, refusals }
}

/** A request whose body somebody has read before the guard gets it. */
async function consumed(headers: Record<string, string> = {}, body = "{}"): Promise<Request> {
  const request = new Request(RESOURCE, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...(await bearer()), ...headers },
  })
  await request.text()
  return request
}

describe("a body that a framework has parsed", () => {
  test("is what the server gets", async () => {
    const { guard, served } = guarded()
    const response = await guard.fetch(await consumed(), { parsedBody: ping })
    expect(response.status).toBe(200)
    expect(served[0]?.parsedBody).toBe(ping)
  })

  test("is what the policies of tools are applied to", async () => {
    const { guard, served, refusals } = guarded()
    const response = await guard.fetch(await consumed(), { parsedBody: [toolCall("write")] })
    expect(response.status).toBe(403)
    expect(refusals[0]).toMatchObject({ reason: "insufficient_scope", tools: ["write"] })
    expect(served).toEqual([])
  })

  test.each([
    ["a string", JSON.stringify(toolCall("write"))],
    ["bytes", Buffer.from(JSON.stringify(toolCall("write")))],
  ])("is refused if it is %s: nobody has parsed it, and no policy can read it", async (_, raw) => {
    const { guard, served, refusals } = guarded()
    expect((await guard.fetch(await consumed(), { parsedBody: raw })).status).toBe(400)
    expect(refusals[0]).toMatchObject({ reason: "body_not_json" })
    expect(served).toEqual([])
  })

  test("is refused by the length that the request declares", async () => {
    const { guard, refusals } = guarded()
    const request = await consumed({ "content-length": "101" })
    expect((await guard.fetch(request, { parsedBody: ping })).status).toBe(413)
    expect(refusals[0]).toMatchObject({ reason: "body_too_large", subject: "alice" })
  })

  test("passes at any length if the request declares none: the framework read it", async () => {
    const { guard } = guarded()
    const parsedBody = { ...ping, params: "x".repeat(200) }
    expect((await guard.fetch(await consumed(), { parsedBody })).status).toBe(200)
  })

  test("must have been sent as JSON, whatever the framework made of it", async () => {
    const { guard, refusals } = guarded()
    const request = await consumed({ "content-type": "text/plain" })
    expect((await guard.fetch(request, { parsedBody: ping })).status).toBe(415)
    expect(refusals[0]?.reason).toBe("unsupported_media_type")
  })

  test("may be null", async () => {
    const { guard, served } = guarded()
    expect((await guard.fetch(await consumed(), { parsedBody: null })).status).toBe(200)
    expect(served[0]?.parsedBody).toBeNull()
  })

  test.each([
    ["declared", { "content-length": "2" }],
    ["undeclared", {}],
  ])("and that is not passed on is a 500 that says what to do (%s length)", async (_, headers) => {
    const { guard, refusals, served } = guarded()
    const response = await guard.fetch(await consumed(headers))
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({
      error: { code: -32603, message: expect.stringContaining("parsedBody") },
    })
    expect(refusals[0]).toMatchObject({
      reason: "body_already_read",
      cause: expect.any(TypeError),
    })
    expect(served).toEqual([])
  })
})

test("without a token, a parsed body is not looked at", async () => {
  const { guard, refusals } = guarded()
  const request = await consumed({ authorization: "" })
  expect((await guard.fetch(request, { parsedBody: ping })).status).toBe(401)
  expect(refusals[0]?.reason).toBe("no_credentials")
})
