import { describe, expect, it } from "vitest"
import { memoryStore, type OAuthProxyOptions } from "../../src/index.ts"
import { assertionType, clientKey } from "../support/client-keys.ts"
import { type Answer, documentServer } from "../support/document-server.ts"
import { createFixture, redirectUri } from "../support/fixture.ts"

const clientId = "https://client.example.com/oauth/client.json"
const good = {
  client_id: clientId,
  client_name: "A verified client",
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code"],
}
const minute = 60 * 1000
const day = 24 * 60 * minute

function serving(answer: Answer = { json: good }, options: Partial<OAuthProxyOptions> = {}) {
  const web = documentServer()
  web.serve(clientId, answer)
  const server = createFixture({ fetchDocument: web.fetcher, ...options })
  const open = (id = clientId, more: Record<string, string> = {}) =>
    server.request(server.authorizationUrl(id, more), { headers: { accept: "text/html" } })
  return { web, server, open }
}

describe("a client with a good document", () => {
  it("signs in without registering, as a public client", async () => {
    const { server } = serving()
    const code = (await server.authorize(clientId)).get("code") ?? ""
    const { status, body } = await server.redeem(clientId, code)
    expect(status).toBe(200)
    const token = await server.verify(body.access_token)
    expect([token.clientId, token.clientName]).toEqual([clientId, "A verified client"])
    expect((await server.refresh(clientId, body.refresh_token)).status).toBe(200)
  })

  it("is shown with its verified host and its redirect's host", async () => {
    const { open } = serving()
    const page = await (await open()).text()
    expect(page).toContain("A verified client")
    expect(page).toContain("Vouched for by\n<strong>client.example.com</strong>")
  })

  it("gets answers only at the redirect URIs in its document", async () => {
    const { open, server } = serving()
    const response = await open(clientId, { redirect_uri: "https://evil.example/callback" })
    expect(response.status).toBe(400)
    expect(server.reasons()).toEqual(["redirect_uri_mismatch"])
  })

  it("loses a redirect URI when its document does", async () => {
    const { web, open, server } = serving()
    expect((await open()).status).toBe(200)
    web.serve(clientId, { json: { ...good, redirect_uris: ["https://client.example.com/new"] } })
    server.advance(5 * minute)
    expect((await open()).status).toBe(400)
  })

  it("may authenticate with the keys of its document", async () => {
    const key = await clientKey()
    const { server } = serving({
      json: { ...good, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [key.jwk] } },
    })
    const code = (await server.authorize(clientId)).get("code") ?? ""
    expect((await server.redeem(clientId, code)).status).toBe(401)
    const { status } = await server.redeem(clientId, code, {
      client_assertion: await key.sign(server, clientId),
      client_assertion_type: assertionType,
    })
    expect(status).toBe(200)
  })

  it("is bound by the operator's redirect URI patterns", async () => {
    const { open, server } = serving(undefined, { redirectUriPatterns: [/http:\/\/localhost\/cb/] })
    expect((await open()).status).toBe(400)
    expect(server.reasons()).toEqual(["redirect_uri_invalid"])
  })
})

describe("the URL (§2)", () => {
  it.each([
    "http://client.example.com/client.json",
    "https://client.example.com",
    "https://client.example.com/",
    "https://client.example.com/client.json#x",
    "https://user@client.example.com/client.json",
    "https://user:password@client.example.com/client.json",
    "https://client.example.com/a/../client.json",
    "https://client.example.com/./client.json",
    "https://client.example.com/%2e%2e/client.json",
    "https://client.example.com/.%2E/client.json",
    "https://client.example.com\\client.json",
    "https://CLIENT.example.com/client.json",
    "HTTPS://client.example.com/client.json",
    "https://client.example.com:443/client.json",
    "https:///client.example.com/client.json",
    "https://bücher.example/client.json",
    "https://client.example.com/client json",
    "https://2130706433/client.json",
    "https://localhost/client.json",
    "https://127.0.0.1/client.json",
    "https://127.0.0.9:8443/client.json",
    "https://[::1]/client.json",
    "http://localhost:3000/client.json",
    `https://client.example.com/${"x".repeat(2048)}`,
  ])("%.80s is not a client id, and nothing is fetched", async (id) => {
    const { web, open } = serving()
    web.serve(URL.parse(id)?.href ?? "", { json: { ...good, client_id: id } })
    const response = await open(id)
    expect(response.status).toBe(400)
    expect(web.requests).toEqual([])
  })

  it.each([
    "https://client.example.com/x",
    "https://client.example.com:8443/client.json",
    "https://client.example.com/client.json?version=2",
    "https://xn--bcher-kva.example/client.json",
  ])("%s is a client id", async (id) => {
    const { web, open } = serving()
    web.serve(id, { json: { ...good, client_id: id } })
    expect((await open(id)).status).toBe(200)
  })

  it.each(["http://localhost:3000/client.json", "http://127.0.0.1:3000/c", "https://localhost/c"])(
    "%s is a client id if the server itself is on loopback",
    async (id) => {
      const { web, open } = serving(undefined, { baseUrl: "http://localhost:8000" })
      web.serve(id, { json: { ...good, client_id: id } })
      expect((await open(id)).status).toBe(200)
      expect((await open("http://client.example.com/c")).status).toBe(400)
    },
  )

  it("a registered client's id never looks like one", async () => {
    const { server } = serving()
    expect(await server.registerPublic()).not.toMatch(/^https?:/)
  })
})

describe("the document (§4)", () => {
  it.each<[string, object | string]>([
    ["another client_id", { ...good, client_id: `${clientId}x` }],
    [
      "a client_id in another spelling",
      { ...good, client_id: clientId.replace("client", "CLIENT") },
    ],
    ["no client_id", { ...good, client_id: undefined }],
    ["no client_name", { ...good, client_name: undefined }],
    ["no redirect_uris", { ...good, redirect_uris: undefined }],
    ["empty redirect_uris", { ...good, redirect_uris: [] }],
    ["a bad redirect URI", { ...good, redirect_uris: ["javascript:alert(1)"] }],
    ["a secret", { ...good, client_secret: "x" }],
    ["a secret that expires", { ...good, client_secret_expires_at: 0 }],
    ["client_secret_basic", { ...good, token_endpoint_auth_method: "client_secret_basic" }],
    ["client_secret_post", { ...good, token_endpoint_auth_method: "client_secret_post" }],
    ["client_secret_jwt", { ...good, token_endpoint_auth_method: "client_secret_jwt" }],
    ["private_key_jwt without a key", { ...good, token_endpoint_auth_method: "private_key_jwt" }],
    ["a shared key", { ...good, jwks: { keys: [{ kty: "oct", k: "x" }] } }],
    ["a deceptive name", { ...good, client_name: "Cl\u202Eaude" }],
    ["a list", [good]],
    ["null", "null"],
    ["text that is not JSON", "<html>"],
    ["nothing", ""],
  ])("with %s is refused", async (_, document) => {
    const { open, server } = serving(
      typeof document === "string" ? { text: document } : { json: document },
    )
    const response = await open()
    expect(response.status).toBe(400)
    expect(response.headers.get("location")).toBeNull()
    expect(await response.text()).toContain("<code>invalid_client</code>")
    expect((await server.redeem(clientId, "x")).status).toBe(401)
  })

  it("of more than 5 KB is refused", async () => {
    const { open } = serving({ json: { ...good, padding: "x".repeat(5 * 1024) } })
    expect((await open()).status).toBe(400)
  })

  it.each([201, 204, 301, 302, 304, 307, 401, 404, 410])(
    "with status %i is refused: 200 only, and no redirect",
    async (status) => {
      const { open, web } = serving({ json: good, status })
      expect((await open()).status).toBe(400)
      expect(web.requests).toEqual([clientId])
    },
  )

  it.each<[string, Answer]>([
    ["status 500", { status: 500 }],
    ["status 503", { status: 503 }],
    ["status 429", { status: 429 }],
    ["no answer in time", { failure: "timeout" }],
  ])("that cannot be fetched right now (%s) is a temporary error", async (_, answer) => {
    const { open, server } = serving(answer)
    const response = await open()
    expect(response.status).toBe(503)
    expect(response.headers.get("retry-after")).toBe("10")
    expect(server.reasons()).toEqual(["client_metadata_unavailable"])
  })
})

describe("copies", () => {
  const cached = (cacheControl: string, more = {}): Answer => ({
    json: good,
    headers: { "cache-control": cacheControl, ...more },
  })
  /** How long it takes until the document is fetched again, in milliseconds, to within a second. */
  async function freshFor(answer: Answer): Promise<number> {
    const { web, server, open } = serving(answer)
    const start = server.now()
    await open()
    for (const milliseconds of [
      minute - 1,
      1,
      4 * minute - 1,
      1,
      55 * minute - 1,
      1,
      23 * 60 * minute - 1,
      1,
    ]) {
      server.advance(milliseconds)
      await open()
      if (web.requests.length > 1) return server.now() - start
    }
    return Number.POSITIVE_INFINITY
  }

  it.each<[string, Answer, number]>([
    ["no header", { json: good }, 5 * minute],
    ["max-age=3600", cached("public, max-age=3600"), 60 * minute],
    ['max-age="3600"', cached('max-age="3600"'), 60 * minute],
    ["max-age=1: at least a minute", cached("max-age=1"), minute],
    ["max-age=999999999: at most a day", cached("max-age=999999999"), day],
    ["s-maxage alone", cached("s-maxage=3600"), 5 * minute],
    ["no-store", cached("no-store"), minute],
    ["no-cache", cached("max-age=3600, no-cache"), minute],
    ["max-age less its age", cached("max-age=3600", { age: "3300" }), 5 * minute],
    [
      "Expires",
      cached("", {
        date: "Thu, 01 Jan 2026 00:00:00 GMT",
        expires: "Thu, 01 Jan 2026 01:00:00 GMT",
      }),
      60 * minute,
    ],
    ["Expires: 0", cached("", { expires: "0" }), minute],
  ])("are fresh as long as the headers say: %s", async (_, answer, expected) => {
    expect(await freshFor(answer)).toBe(expected)
  })

  it("are shared by all instances", async () => {
    const store = memoryStore({ now: () => one.server.now() })
    const one = serving(undefined, { store })
    const other = serving({ status: 500 }, { store, now: () => one.server.now() })
    expect((await one.open()).status).toBe(200)
    expect((await other.open()).status).toBe(200)
    expect(other.web.requests).toEqual([])
  })

  it("are fetched once, even if many requests come at the same time", async () => {
    const { web, open } = serving()
    const answers = await Promise.all(Array.from({ length: 20 }, () => open()))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(web.requests).toHaveLength(1)
  })

  it("errors are never cached", async () => {
    for (const answer of [{ status: 404 }, { status: 500 }, { text: "x" }] as const) {
      const { web, open } = serving(answer)
      expect((await open()).status).toBeGreaterThanOrEqual(400)
      web.serve(clientId, { json: good })
      expect((await open()).status).toBe(200)
    }
  })

  it.each<[string, Answer]>([
    ["a timeout", { failure: "timeout" }],
    ["a 500", { status: 500 }],
    ["a 429", { status: 429 }],
  ])("the last valid copy is used for a day after %s", async (_, answer) => {
    const { web, server, open } = serving()
    await open()
    web.serve(clientId, answer)
    server.advance(day - 1)
    expect((await open()).status).toBe(200)
    server.advance(1)
    expect((await open()).status).toBe(503)
  })

  it.each<[string, Answer]>([
    ["a 404", { status: 404 }],
    ["a redirect", { status: 302 }],
    ["an invalid document", { json: { ...good, client_id: "x" } }],
    ["a forbidden address", { failure: "refused" }],
  ])("the last valid copy is not used after %s, even later", async (_, answer) => {
    const { web, server, open } = serving()
    await open()
    web.serve(clientId, answer)
    server.advance(5 * minute)
    expect((await open()).status).toBe(400)
    web.serve(clientId, { status: 500 })
    expect((await open()).status).toBe(503)
  })

  it("a cached key set, which may be larger, is not used as a client document", async () => {
    const key = await clientKey()
    const { server, open } = serving({
      json: { ...good, keys: [key.jwk], padding: "x".repeat(9000) },
    })
    const client = await server.register({
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri: clientId,
    })
    const id = String(client.client_id)
    const { body } = await server.refresh(id, "x", {
      client_assertion: await key.sign(server, id),
      client_assertion_type: assertionType,
    })
    expect(body.error).toBe("invalid_grant")
    expect((await open()).status).toBe(400)
  })
})

describe("where documents are not accepted", () => {
  it("there is no fetcher, so the feature is off and not advertised", async () => {
    const server = createFixture()
    const response = await server.request(server.authorizationUrl(clientId))
    expect(response.status).toBe(400)
    const metadata = await (await server.request("/.well-known/oauth-authorization-server")).json()
    expect(metadata).toMatchObject({ client_id_metadata_document_supported: false })
  })

  it("the host is not on the operator's list", async () => {
    const { web, open } = serving(undefined, { clientMetadataHosts: ["client.example.com"] })
    expect((await open()).status).toBe(200)
    for (const id of ["https://evil.example/c", "https://x.client.example.com/c"]) {
      expect((await open(id)).status).toBe(400)
    }
    expect(web.requests).toEqual([clientId])
  })
})
