import { defaultApp, defaultApps, multiTenantApp } from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import type { AzureProviderOptions } from "../src/index.ts"
import { type Entra, entra } from "./entra.ts"
import { baseUrl, mcpClient } from "./mcp-client.ts"

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

describe("the request to Entra ID", () => {
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

  it("select_account is sent to Entra ID", async () => {
    const client = await mcpClient(entra())
    const { visited } = await client.authorize({ prompt: "select_account" })
    const [authorize] = visited.filter(({ pathname }) =>
      pathname.endsWith("/oauth2/v2.0/authorize"),
    )
    expect(authorize?.searchParams.get("prompt")).toBe("select_account")
  })

  it("consent is asked for by this server and never by Entra ID", async () => {
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
  ])("%s works although no token has it as its issuer", async (tenantId, username) => {
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

it("a tool gets a token for Graph, and no upstream token reaches the MCP client", async () => {
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
