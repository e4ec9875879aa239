import { describe, expect, it } from "vitest"
import { createFixture } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

const client = (server: Fixture, ...uris: string[]) =>
  server.registerPublic({ redirect_uris: uris })

async function isAccepted(uri: string, server: Fixture = createFixture()): Promise<boolean> {
  const answer = await server.register({ redirect_uris: [uri] })
  if (answer.client_id === undefined) expect(answer.error).toBe("invalid_redirect_uri")
  return answer.client_id !== undefined
}

/** Whether the authorization endpoint accepts the redirect URI and shows the consent page. */
async function isMatched(server: Fixture, clientId: string, redirectUri: string | undefined) {
  const url = server.authorizationUrl(clientId, { redirect_uri: redirectUri })
  const response = await server.request(url, { headers: { accept: "text/html" } })
  expect([200, 400]).toContain(response.status)
  expect(response.headers.get("location")).toBeNull()
  return response.status === 200
}

describe("redirect URIs that are registered", () => {
  it.each([
    "https://client.example.com/callback",
    "https://client.example.com",
    "https://client.example.com:8443/a/b?c=d",
    "https://xn--bcher-kva.example/callback",
    "https://client.example.com/a/..b/.well-known/c..",
    "http://127.0.0.1/callback",
    "http://127.0.0.1:3000/callback",
    "http://[::1]/callback",
    "http://localhost:65535/callback?a=b",
    "http://localhost",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "claude://oauth",
    "vscode://ms-python.python/callback",
    "vscode-insiders://callback",
    "com.example.app:/oauth2redirect",
    "com.example.app:oauth2redirect",
  ])("%s", async (uri) => {
    expect(await isAccepted(uri)).toBe(true)
  })
})

describe("redirect URIs that are refused", () => {
  it.each([
    "http://client.example.com/callback",
    "http://127.0.0.1.example.com/callback",
    "http://localhost.example.com/callback",
    "http://127.0.0.2/callback",
    "http://0.0.0.0/callback",
    "http://2130706433/callback",
    "http://127.1/callback",
    "http://[::ffff:127.0.0.1]/callback",
    "http://localhost:65536/callback",
    "http://localhost:/callback",
    "http://localhost:3000x/callback",
    "HTTP://localhost/callback",
    "Cursor://callback",
    "HTTPS://client.example.com/callback",
    "/callback",
    "callback",
    "//client.example.com/callback",
    "https:client.example.com",
    "https:/client.example.com",
    "https://",
    "*",
    "https://*",
    "https://*.example.com/callback",
    "https:///client.example.com/callback",
    "https://%65vil.example/callback",
    "https://2130706433/callback",
    "https://0x7f.1/callback",
    "https://client.example.com:0443/callback",
    "https://client.example.com:/callback",
  ])("that lead nowhere or to an unknown place: %s", async (uri) => {
    expect(await isAccepted(uri)).toBe(false)
  })

  it.each([
    "https://client.example.com/callback#",
    "https://client.example.com/callback#fragment",
    "cursor://callback#fragment",
    "https://user@client.example.com/callback",
    "https://user:password@client.example.com/callback",
    "https://@client.example.com/callback",
    "https://client.example.com@evil.example/callback",
    "http://localhost@evil.example/callback",
    "cursor://user@callback",
    "https://client.example.com/a/../callback",
    "https://client.example.com/./callback",
    "https://client.example.com/..",
    "https://client.example.com/%2e%2e/callback",
    "https://client.example.com/.%2E/callback",
    "https://client.example.com/%2e/callback",
    "http://localhost/..",
    "com.example.app:/../callback",
    "https://client.example.com\\@evil.example/callback",
    "https:\\\\client.example.com",
    "http://localhost/\\callback",
    "https://client.example.com/call back",
    "https://client.example.com/call\tback",
    "https://client.example.com/\ncallback",
    " https://client.example.com/callback",
    "https://bücher.example/callback",
    "https://client.example.com/\u202Ecallback",
  ])("that programs could read differently: %j", async (uri) => {
    expect(await isAccepted(uri)).toBe(false)
  })

  it.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "javascript://client.example.com/%0aalert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
    "mailto:a@example.com",
    "shell:startup",
    "intent://x#Intent;end",
    "intent:x",
    "blob:https://client.example.com/x",
    "view-source:https://client.example.com",
    "ms-settings:privacy",
    "ms-msdt:/id",
    "ms-officecmd:x",
    "search-ms:query=x",
    "about:blank",
    "filesystem:https://client.example.com/x",
    "jar:https://client.example.com/x",
    "tel:112",
    "sms:112",
    "ftp://client.example.com/",
    "ws://client.example.com/",
    "wss://client.example.com/",
    "chrome://settings",
    "chrome-extension://x/y",
    "moz-extension://x/y",
    "microsoft-edge:https://client.example.com",
    "itms-apps://x",
    "smb://client.example.com/share",
    "urn:ietf:wg:oauth:2.0:oob",
  ])("whose scheme does something by itself: %s", async (uri) => {
    expect(await isAccepted(uri)).toBe(false)
  })

  it("with an error that says what is wrong and contains nothing that could be run", async () => {
    const server = createFixture()
    const answer = await server.register({ redirect_uris: ['javascript:"<script>\\'] })
    expect(answer.error_description).toBe("The redirect URI javascript:?<script>? has a backslash.")
  })
})

describe("matching (§7.3, OAuth 2.1 §2.3.1)", () => {
  it.each([
    ["http://127.0.0.1/callback", "http://127.0.0.1:51004/callback"],
    ["http://127.0.0.1:3000/callback", "http://127.0.0.1:4000/callback"],
    ["http://127.0.0.1:3000/callback", "http://127.0.0.1/callback"],
    ["http://[::1]/callback", "http://[::1]:51004/callback"],
    ["http://localhost/callback?a=b", "http://localhost:1/callback?a=b"],
  ])("the port of a loopback URI may vary: %s and %s", async (registered, requested) => {
    const server = createFixture()
    const clientId = await client(server, registered)
    expect(await isMatched(server, clientId, requested)).toBe(true)
    expect(await isMatched(server, clientId, registered)).toBe(true)
  })

  it.each([
    ["http://127.0.0.1/callback", "http://localhost:51004/callback"],
    ["http://127.0.0.1/callback", "http://[::1]/callback"],
    ["http://127.0.0.1/callback", "http://127.0.0.1/callback/"],
    ["http://127.0.0.1/callback", "http://127.0.0.1/other"],
    ["http://127.0.0.1/callback", "http://127.0.0.1/callback?a=b"],
    ["http://127.0.0.1/callback", "https://127.0.0.1/callback"],
    ["http://127.0.0.1/callback", "http://127.0.0.1:99999/callback"],
    ["http://127.0.0.1/callback", "http://127.0.0.1:80@evil.example/callback"],
    ["http://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback"],
    ["https://client.example.com/callback", "https://client.example.com:444/callback"],
    ["https://client.example.com/callback", "https://client.example.com:443/callback"],
    ["https://client.example.com/callback", "https://client.example.com/callback/x"],
    ["https://client.example.com/callback", "https://client.example.com/callback?x"],
    ["https://client.example.com/callback", "https://CLIENT.example.com/callback"],
    ["https://client.example.com/callback", "https://client.example.com/Callback"],
    ["https://client.example.com/callback", "https://client.example.com/%63allback"],
    ["https://client.example.com/callback", "https://client.example.com/a/../callback"],
    ["https://client.example.com/callback", "https://evil.example/callback"],
    ["https://client.example.com", "https://client.example.com/"],
    ["cursor://callback", "cursor://callback/"],
    ["cursor://callback", "cursor://callback:80"],
    ["cursor://callback", "Cursor://callback"],
  ])("nothing else may vary: %s is not %s", async (registered, requested) => {
    const server = createFixture()
    expect(await isMatched(server, await client(server, registered), requested)).toBe(false)
    expect(server.reasons()).toEqual(["redirect_uri_mismatch"])
  })

  it("the URI may be left out if the client has only one", async () => {
    const server = createFixture()
    const one = await client(server, "https://a.example/1")
    const two = await client(server, "https://a.example/1", "https://a.example/2")
    expect(await isMatched(server, one, undefined)).toBe(true)
    expect(await isMatched(server, two, undefined)).toBe(false)
    expect(await isMatched(server, two, "https://a.example/2")).toBe(true)
  })
})

describe("the operator's patterns", () => {
  const redirectUriPatterns = [
    /https:\/\/[a-z]+\.example\.com\/callback/,
    /http:\/\/127\.0\.0\.1\/cb/g,
  ]

  it("accept URIs that they match as a whole", async () => {
    const server = createFixture({ redirectUriPatterns })
    for (const uri of ["https://a.example.com/callback", "http://127.0.0.1/cb"]) {
      expect(await isAccepted(uri, server)).toBe(true)
      expect(await isAccepted(uri, server)).toBe(true)
    }
    for (const uri of [
      "https://evil.example/?https://a.example.com/callback",
      "https://a.example.com/callback/more",
      "http://127.0.0.1/callback",
      "cursor://callback",
    ]) {
      expect(await isAccepted(uri, server)).toBe(false)
    }
  })

  it("ignore the port of a loopback URI", async () => {
    const server = createFixture({ redirectUriPatterns })
    const clientId = await client(server, "http://127.0.0.1/cb")
    expect(await isMatched(server, clientId, "http://127.0.0.1:51004/cb")).toBe(true)
  })

  it("do not apply to the operator's own clients", async () => {
    const own = { clientId: "own", redirectUris: ["https://other.example/callback"] }
    const server = createFixture({ redirectUriPatterns, clients: [own] })
    expect(await isMatched(server, "own", "https://other.example/callback")).toBe(true)
  })
})

describe("private-use schemes (§7.1)", () => {
  it.each(["cursor://anysphere.cursor-mcp/oauth/callback", "com.example.app:/oauth2redirect"])(
    "the answer goes to %s",
    async (uri) => {
      const server = createFixture()
      const clientId = await client(server, uri)
      const browser = server.browser()
      const consent = await browser.open(server.authorizationUrl(clientId, { redirect_uri: uri }))
      const upstream = await consent.submit("approve")
      const back = await browser.openFrom(
        "https://login.test",
        server.callbackUrl(upstream, "alice"),
      )
      expect(back.stopped).toBe(true)
      expect(back.url.href.startsWith(`${uri}?code=`)).toBe(true)
      const code = back.url.searchParams.get("code") ?? ""
      expect((await server.redeem(clientId, code, { redirect_uri: uri })).status).toBe(200)
    },
  )
})
