import { Hono } from "hono"
import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

const form = { "content-type": "application/x-www-form-urlencoded" }
const post = (path: string, body: BodyInit, headers: Record<string, string> = form) =>
  new Request(`https://mcp.example.com${path}`, {
    method: "POST",
    headers,
    body,
    duplex: "half",
  } as RequestInit)

test("a body that a middleware of the operator's has read is read again", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  const app = new Hono()
  app.use(async (c, next) => {
    await c.req.text()
    await next()
  })
  app.route("/", server.proxy.app)
  const refresh = {
    grant_type: "refresh_token",
    client_id: clientId,
    refresh_token: tokens.refresh_token,
  }
  expect((await app.request(post("/token", new URLSearchParams(refresh).toString()))).status).toBe(
    200,
  )

  const tooLarge = await app.request(post("/token", `token=${"x".repeat(16 * 1024)}`))
  expect(tooLarge.status).toBe(413)
})

test.each(["/token", "/register", "/consent"])(
  "an upload to %s that breaks off is the client's fault",
  async (path) => {
    const server = createFixture()
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error("aborted"))
      },
    })
    const type = path === "/register" ? { "content-type": "application/json" } : form
    const response = await server.proxy.app.request(post(path, body, type))
    expect(response.status).toBe(400)
    expect(server.reasons()).toEqual(["malformed_request"])
  },
)
