import { describe, expect, it } from "vitest"
import { createFixture, redirectUri, secret, verifier } from "../support/fixture.ts"

const basic = (id: string, password: string) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(password)}`)}`,
})

/** A confidential client with a code to redeem. */
async function withSecret(method?: string) {
  const server = createFixture()
  const client = await server.register({ token_endpoint_auth_method: method })
  const clientId = String(client.client_id)
  const code = (await server.authorize(clientId)).get("code") ?? ""
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }
  return { server, clientId, clientSecret: String(client.client_secret), form }
}

describe("the response (§5.1)", () => {
  it("has the members of the RFC and no others", async () => {
    const server = createFixture()
    const { tokens } = await server.signIn()
    expect(Object.keys(tokens).sort()).toEqual([
      "access_token",
      "expires_in",
      "refresh_token",
      "scope",
      "token_type",
    ])
    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "read write" })
  })

  it("must not be cached, nor must an error", async () => {
    const { server, clientId, clientSecret, form } = await withSecret()
    const good = await server.post("/token", form, basic(clientId, clientSecret))
    const bad = await server.post("/token", form, basic(clientId, clientSecret))
    expect([good.status, bad.status]).toEqual([200, 400])
    for (const { headers } of [good, bad]) {
      expect(headers.get("cache-control")).toBe("no-store")
      expect(headers.get("content-type")).toMatch(/^application\/json/)
    }
  })

  it("leaves scope out if there is none, because it must not be empty", async () => {
    const server = createFixture({ resources: [{ resource: "https://a.example/mcp", scopes: [] }] })
    const { tokens } = await server.signIn()
    expect(tokens).not.toHaveProperty("scope")
    expect((await server.verify(tokens.access_token)).scopes).toEqual([])
  })
})

describe("client authentication (§2.3)", () => {
  it.each([undefined, "client_secret_basic"])(
    "by HTTP Basic, which is also the default method (%s)",
    async (method) => {
      const { server, clientId, clientSecret, form } = await withSecret(method)
      const response = await server.post("/token", form, basic(clientId, clientSecret))
      expect(response.status).toBe(200)
    },
  )

  it("by client_secret_post", async () => {
    const { server, clientId, clientSecret, form } = await withSecret("client_secret_post")
    const credential = { client_id: clientId, client_secret: clientSecret }
    expect((await server.post("/token", { ...form, ...credential })).status).toBe(200)
  })

  it("by HTTP Basic with form-encoded parts (§2.3.1)", async () => {
    const clientSecret = `+ %:/ä${secret}`
    const clientId = "a client: with+odd%characters"
    const server = createFixture({
      clients: [{ clientId, clientSecret, redirectUris: [redirectUri] }],
    })
    const code = (await server.authorize(clientId)).get("code") ?? ""
    const encoded = (text: string) => new URLSearchParams({ text }).toString().slice(5)
    const response = await server.post(
      "/token",
      { grant_type: "authorization_code", code, code_verifier: verifier },
      { authorization: `Basic ${btoa(`${encoded(clientId)}:${encoded(clientSecret)}`)}` },
    )
    expect(response.status).toBe(200)
  })

  it("a public client sends its id in the body or as a user name with an empty password", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const form = { grant_type: "authorization_code", code_verifier: verifier }
    const first = (await server.authorize(clientId)).get("code") ?? ""
    const second = (await server.authorize(clientId)).get("code") ?? ""
    const inBody = await server.post("/token", { ...form, code: first, client_id: clientId })
    const inHeader = await server.post("/token", { ...form, code: second }, basic(clientId, ""))
    expect([inBody.status, inHeader.status]).toEqual([200, 200])
  })

  it.each<[string, (clientId: string, clientSecret: string) => [object, object]]>([
    ["a wrong secret", (id) => [{}, basic(id, "wrong")]],
    ["a wrong secret in the body", (id) => [{ client_id: id, client_secret: "wrong" }, {}]],
    ["the start of the secret", (id, right) => [{}, basic(id, right.slice(0, -1))]],
    ["no secret", (id) => [{ client_id: id }, {}]],
    ["an empty secret", (id) => [{}, basic(id, "")]],
    ["no client at all", () => [{}, {}]],
    ["another client's id", (_, right) => [{}, basic("somebody", right)]],
    ["Basic that is not base64", () => [{}, { authorization: "Basic %%%" }]],
    ["Basic without a colon", (id) => [{}, { authorization: `Basic ${btoa(id)}` }]],
    ["Basic with a broken escape", () => [{}, { authorization: `Basic ${btoa("a%zz:b")}` }]],
    ["Basic that is not UTF-8", () => [{}, { authorization: `Basic ${btoa("\xff:b")}` }]],
  ])("%s is invalid_client, 401, with a challenge", async (_, credential) => {
    const { server, clientId, clientSecret, form } = await withSecret()
    const [fields, headers] = credential(clientId, clientSecret)
    const response = await server.post("/token", { ...form, ...fields }, headers)
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm="/)
    expect(await response.json()).toMatchObject({ error: "invalid_client" })
    // Nothing was used up: the right client can still redeem its code.
    expect((await server.post("/token", form, basic(clientId, clientSecret))).status).toBe(200)
  })

  it("a public client that sends a secret is refused, because it may be an impostor", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const code = (await server.authorize(clientId)).get("code") ?? ""
    const { status, body } = await server.redeem(clientId, code, { client_secret: "guess" })
    expect([status, body.error]).toEqual([401, "invalid_client"])
  })

  it("an unregistered client is told how to register", async () => {
    const server = createFixture()
    const { status, body } = await server.redeem("nobody", "code")
    expect([status, body.error]).toEqual([401, "invalid_client"])
    expect(body.error_description).toContain("https://mcp.example.com/register")
    expect(server.reasons()).toEqual(["unknown_client"])
  })

  it.each<[string, object, object]>([
    ["two methods at once", { client_secret: "x" }, basic("a", "b")],
    ["a secret and an assertion", { client_secret: "x", client_assertion: "y" }, {}],
    ["two different ids", { client_id: "other" }, basic("a", "b")],
  ])("%s is invalid_request", async (_, fields, headers) => {
    const server = createFixture()
    const response = await server.post(
      "/token",
      { grant_type: "refresh_token", ...fields },
      headers,
    )
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: "invalid_request" })
  })
})

describe("the request (§3.2)", () => {
  it("must not repeat a parameter", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const form = new URLSearchParams([
      ["grant_type", "refresh_token"],
      ["client_id", clientId],
      ["refresh_token", "a"],
      ["refresh_token", "b"],
    ])
    const response = await server.post("/token", form)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: "invalid_request",
      error_description: "The parameter refresh_token must be sent only once.",
    })
  })

  it("an empty parameter counts as absent, and an unknown one is ignored", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const code = (await server.authorize(clientId)).get("code") ?? ""
    const more = { scope: "", resource: "", client_secret: "", audience: "x", whatever: "y" }
    expect((await server.redeem(clientId, code, more)).status).toBe(200)
  })

  it("is not read from the query", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const response = await server.post(`/token?grant_type=refresh_token&client_id=${clientId}`, {})
    expect(response.status).toBe(401)
  })

  it.each(["application/json", "text/plain", "multipart/form-data; boundary=x", ""])(
    "of another media type (%s) is refused, naming the right one",
    async (type) => {
      const server = createFixture()
      const body = JSON.stringify({ grant_type: "refresh_token" })
      const headers = type === "" ? [] : [["content-type", type] as [string, string]]
      const response = await server.request("/token", {
        method: "POST",
        headers,
        body: new TextEncoder().encode(body),
      })
      expect(response.status).toBe(415)
      expect(await response.json()).toEqual({
        error: "invalid_request",
        error_description: "Send the body as application/x-www-form-urlencoded.",
      })
    },
  )

  it.each([
    "application/x-www-form-urlencoded; charset=UTF-8",
    "Application/X-WWW-Form-URLencoded",
  ])("may have the media type %s", async (type) => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const body = `grant_type=refresh_token&client_id=${clientId}&refresh_token=${tokens.refresh_token}`
    const response = await server.request("/token", {
      method: "POST",
      headers: { "content-type": type },
      body,
    })
    expect(response.status).toBe(200)
  })

  it.each(["GET", "PUT", "DELETE", "PATCH"])("%s is not allowed", async (method) => {
    const response = await createFixture().request("/token", { method })
    expect(response.status).toBe(405)
    expect(response.headers.get("allow")).toBe("POST")
  })

  it.each(["declared", "streamed"])("of more than 16 KB (%s) is refused", async (how) => {
    const server = createFixture()
    const large = `grant_type=${"x".repeat(16 * 1024)}`
    const response = await server.request("/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      ...(how === "declared"
        ? { body: large }
        : { body: new Blob([large]).stream(), duplex: "half" as const }),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: "invalid_request" })
    expect(server.reasons()).toEqual(["request_too_large"])
  })

  it.each<[string, Record<string, string>, string]>([
    ["no grant type", {}, "invalid_request"],
    ["client_credentials", { grant_type: "client_credentials" }, "unsupported_grant_type"],
    ["password", { grant_type: "password" }, "unsupported_grant_type"],
    ["no code", { grant_type: "authorization_code", code_verifier: verifier }, "invalid_request"],
    ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
  ])("%s", async (_, form, error) => {
    const server = createFixture()
    const response = await server.post("/token", {
      client_id: await server.registerPublic(),
      ...form,
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error })
  })

  it("a bad grant is 400, not 401", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    for (const answer of [
      await server.redeem(clientId, "unknown"),
      await server.refresh(clientId, "unknown"),
    ]) {
      expect([answer.status, answer.body.error]).toEqual([400, "invalid_grant"])
    }
  })
})

describe("scope at a refresh (§6)", () => {
  it("may be narrower, for that access token only", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const narrow = await server.refresh(clientId, tokens.refresh_token, { scope: "read" })
    expect(narrow.body.scope).toBe("read")
    expect((await server.verify(narrow.body.access_token)).scopes).toEqual(["read"])
    const wide = await server.refresh(clientId, narrow.body.refresh_token)
    expect(wide.body.scope).toBe("read write")
  })

  it("must not be wider, and trying does no harm", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn({ scope: "read" })
    const { status, body } = await server.refresh(clientId, tokens.refresh_token, {
      scope: "write",
    })
    expect([status, body.error]).toEqual([400, "invalid_scope"])
    expect((await server.refresh(clientId, tokens.refresh_token)).body.scope).toBe("read")
  })

  it("OIDC's scopes are tolerated", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const scope = "openid offline_access read"
    const { body } = await server.refresh(clientId, tokens.refresh_token, { scope })
    expect(body.scope).toBe("read")
  })
})

describe("access and refresh tokens can't stand in for each other", () => {
  it("an access token is not accepted as a refresh token", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const { status, body } = await server.refresh(clientId, tokens.access_token)
    expect([status, body.error]).toEqual([400, "invalid_grant"])
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it("a refresh token is not accepted as an access token", async () => {
    const server = createFixture()
    const { tokens } = await server.signIn()
    await expect(server.verify(tokens.refresh_token)).rejects.toMatchObject({ code: "malformed" })
  })
})

describe("pages of other origins", () => {
  const origin = "https://inspector.example"

  it.each(["/token", "/revoke", "/register"])("may call %s", async (path) => {
    const server = createFixture()
    const preflight = await server.request(path, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,mcp-protocol-version",
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*")
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST")
    expect(preflight.headers.get("access-control-allow-headers")).toContain("mcp-protocol-version")
    // They can also read errors and the challenge of a 401.
    const refused = await server.post(path, {}, { origin })
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(refused.headers.get("access-control-allow-origin")).toBe("*")
    expect(refused.headers.get("access-control-expose-headers")).toBe("WWW-Authenticate,DPoP-Nonce")
  })

  it.each(["/authorize", "/consent", "/auth/callback", "/par", "/introspect", "/grants"])(
    "may not call %s",
    async (path) => {
      const server = createFixture()
      for (const method of ["OPTIONS", "GET", "POST"]) {
        const { headers } = await server.request(path, {
          method,
          headers: { origin, "access-control-request-method": "POST" },
        })
        expect(headers.get("access-control-allow-origin")).toBeNull()
      }
    },
  )
})
