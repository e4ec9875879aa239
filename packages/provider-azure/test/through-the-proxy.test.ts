import { createHash } from "node:crypto"
import { defaultApp, defaultApps, multiTenantApp } from "@doorward/entra-emulator"
import { memoryStore, type OAuthProxy, oauthProxy, type ServerEvent } from "@doorward/oauth-core"
import { headlessBrowser } from "@doorward/oauth-core/testing"
import { describe, expect, it } from "vitest"
import type { AzureProviderOptions } from "../src/index.ts"
import { type Entra, entra } from "./entra.ts"

const baseUrl = "http://localhost:8000"
const redirectUri = "http://127.0.0.1:7777/callback"
const verifier = "v".repeat(43)
const challenge = createHash("sha256").update(verifier).digest("base64url")

/** An MCP client's way through the proxy and Entra ID, with everything in this process. */
async function mcpClient(world: Entra, options: Partial<AzureProviderOptions> = {}) {
  const events: ServerEvent[] = []
  const proxy: OAuthProxy = oauthProxy({
    baseUrl,
    provider: world.provider({ requiredScopes: ["access_as_user"], ...options }),
    store: memoryStore({ now: () => world.clock.now }),
    secret: Buffer.alloc(32, 1).toString("base64url"),
    now: () => world.clock.now,
    onEvent: (event) => events.push(event),
  })
  const registered = await proxy.app.request(`${baseUrl}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: "none" }),
  })
  const clientId = String((await registered.json()).client_id)
  const browser = headlessBrowser({
    fetch: async (request) =>
      new URL(request.url).origin === baseUrl
        ? proxy.app.request(request)
        : world.emulator.fetch(request),
    stopAt: redirectUri,
    now: () => world.clock.now,
  })

  return {
    clientId,
    proxy,
    events,
    reasons: () => events.flatMap((event) => (event.type === "request.refused" ? [event] : [])),
    /** From /authorize to the answer that the client gets; the URLs that the browser was at. */
    async authorize(parameters: Record<string, string> = {}, username = "bob@contoso.example") {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        state: "state",
        code_challenge: challenge,
        code_challenge_method: "S256",
        ...parameters,
      })
      let page = await browser.open(`${baseUrl}/authorize?${query}`)
      const visited = page.hops.map(({ url }) => url)
      while (!page.stopped) {
        const [form] = page.forms
        if (!form) throw new Error(`${page.status}: ${page.text}`)
        const names = page.forms.flatMap(({ fields }) => fields.map(({ name }) => name))
        page = names.includes("username")
          ? await page.submit("Next", { username })
          : await page.submit(page.url.origin === baseUrl ? "approve" : "accept")
        visited.push(...page.hops.map(({ url }) => url))
      }
      return { answer: page.url.searchParams, visited }
    },
    async redeem(code: string | null) {
      const response = await proxy.app.request(`${baseUrl}/token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          grant_type: "authorization_code",
          client_id: clientId,
          code: code ?? "",
          redirect_uri: redirectUri,
          code_verifier: verifier,
        }).toString(),
      })
      return response.json()
    },
  }
}

describe("an upstream token that can't be verified", () => {
  it.each<[string, (world: Entra) => Partial<AzureProviderOptions>, string]>([
    [
      "is forged",
      (world) => ({ fetch: withTokens(world, (token) => `${token.slice(0, -8)}AAAAAAAA`) }),
      "id_token_bad_signature",
    ],
    [
      "is for another app",
      () => ({ acceptedAudiences: ["api://other"] }),
      "access_token_wrong_audience",
    ],
  ])(
    "that %s is refused at the callback: no code, so no token that the MCP endpoint refuses",
    async (_, options, detail) => {
      const world = entra()
      const client = await mcpClient(world, options(world))
      const { answer } = await client.authorize()
      expect(answer.get("error")).toBeTruthy()
      expect(answer.has("code")).toBe(false)
      expect(client.reasons()).toMatchObject([{ reason: "upstream_misconfigured", detail }])
    },
  )

  it("that is of version 1.0 is refused there too, and the log says why", async () => {
    const apps = defaultApps.map((app) =>
      app.clientId === defaultApp.clientId
        ? { ...app, requestedAccessTokenVersion: 1 as const }
        : app,
    )
    const client = await mcpClient(entra({ apps }))
    const { answer } = await client.authorize()
    expect(answer.has("code")).toBe(false)
    expect(client.reasons()).toMatchObject([
      { reason: "upstream_misconfigured", detail: "token_version" },
    ])
  })
})

describe("on the way to Entra ID", () => {
  it("another server's resource is refused before anybody signs in, and none is ever sent on", async () => {
    const world = entra()
    const client = await mcpClient(world)
    const evil = await client.authorize({ resource: "https://evil.example/mcp" })
    expect(evil.answer.get("error")).toBe("invalid_target")
    expect(world.wire).toEqual([])
    const { answer, visited } = await client.authorize({ resource: `${baseUrl}/mcp` })
    expect(answer.get("code")).toBeTruthy()
    const sent = visited.filter(
      ({ origin }) => origin !== baseUrl && origin !== "http://127.0.0.1:7777",
    )
    expect(sent.length).toBeGreaterThan(0)
    expect(sent.filter(({ searchParams }) => searchParams.has("resource"))).toEqual([])
    expect(world.wire.filter(({ form }) => form.has("resource"))).toEqual([])
  })

  it("select_account lands on Entra's URL", async () => {
    const client = await mcpClient(entra())
    const { visited } = await client.authorize({ prompt: "select_account" })
    const [authorize] = visited.filter(({ pathname }) =>
      pathname.endsWith("/oauth2/v2.0/authorize"),
    )
    expect(authorize?.searchParams.get("prompt")).toBe("select_account")
  })

  it("consent is asked by this server and never of Entra ID", async () => {
    const client = await mcpClient(entra())
    const { answer, visited } = await client.authorize({ prompt: "consent" })
    expect(answer.get("code")).toBeTruthy()
    const [authorize] = visited.filter(({ pathname }) =>
      pathname.endsWith("/oauth2/v2.0/authorize"),
    )
    expect(authorize?.searchParams.has("prompt")).toBe(false)
  })

  it.each([
    ["organizations", "frank@fabrikam.example"],
    ["common", "pat@outlook.example"],
    ["consumers", "pat@outlook.example"],
  ])("%s works although no token carries it as its issuer", async (tenantId, username) => {
    const world = entra()
    const client = await mcpClient(world, {
      tenantId,
      allowedTenants: ["*"],
      clientId: multiTenantApp.clientId,
      clientSecret: multiTenantApp.clientSecret,
    })
    const { answer } = await client.authorize({}, username)
    const { access_token } = await client.redeem(answer.get("code"))
    const { identity } = await client.proxy.tokenVerifier(`${baseUrl}/mcp`).verify(access_token)
    expect(identity.issuer).not.toContain(tenantId)
    expect(identity.issuer).toContain(identity.tenantId)
  })
})

it("a tool sees the MCP client that called, not this server's own client id at Entra ID", async () => {
  const client = await mcpClient(entra())
  const { answer } = await client.authorize()
  const { access_token } = await client.redeem(answer.get("code"))
  const granted = await client.proxy.tokenVerifier(`${baseUrl}/mcp`).verify(access_token)
  expect(granted.clientId).toBe(client.clientId)
  expect(granted.identity.claims.azp).toBe(defaultApp.clientId)
})

it("a tool gets a token of Graph, and no token of the upstream reaches the MCP client", async () => {
  const world = entra()
  const client = await mcpClient(world, { additionalScopes: ["User.Read"] })
  const { answer } = await client.authorize()
  const body = await client.redeem(answer.get("code"))
  const granted = await client.proxy.tokenVerifier(`${baseUrl}/mcp`).verify(body.access_token)
  const token = await granted.upstreamToken(["User.Read"])
  const me = await world.emulator.fetch(
    new Request("https://graph.microsoft.com/v1.0/me", {
      headers: { authorization: `Bearer ${token.accessToken}` },
    }),
  )
  expect(await me.json()).toMatchObject({ displayName: "Bob Lindqvist" })
  const own = await granted.upstreamToken([])
  for (const secret of [token.accessToken, own.accessToken]) {
    expect(JSON.stringify(body)).not.toContain(secret)
    expect(JSON.stringify(client.events)).not.toContain(secret)
  }
})

function withTokens(world: Entra, change: (token: string) => string) {
  return async (url: string, init: RequestInit) => {
    const response = await world.fetch(url, init)
    if (!String(init.body).includes("grant_type")) return response
    const body = await response.json()
    return Response.json({
      ...body,
      access_token: change(body.access_token),
      id_token: change(body.id_token),
    })
  }
}
