import {
  consumersTenantId,
  defaultTenant,
  multiTenantApp,
  otherTenant,
} from "@doorward/entra-emulator"
import { describe, expect, test } from "vitest"
import { byCertificate, byManagedIdentity, managedIdentity } from "../support/credentials.ts"
import { bob, mcpClient, throughPages } from "../support/mcp-client.ts"
import { redeem } from "../support/oauth-client.ts"
import { type Environment, modes, world } from "../support/world.ts"

const minutesUntilKeysAreFetchedAgain = 61

/** The registration that people of any organization, and personal accounts, may use. */
const forAll = {
  AZURE_CLIENT_ID: multiTenantApp.clientId,
  AZURE_CLIENT_SECRET: multiTenantApp.clientSecret,
}

const authorizeRequests = (page: { hops: readonly { url: URL }[] }) =>
  page.hops.flatMap(({ url }) =>
    url.pathname.endsWith("/oauth2/v2.0/authorize") ? [url.searchParams] : [],
  )

describe("an upstream token that does not pass is refused before anything is issued", () => {
  test("a v1.0 token: at the callback, with how to fix it, and not by 401s at /mcp", async () => {
    await using entra = await world()
    entra.change({ requestedAccessTokenVersion: null })
    const client = await mcpClient(entra)
    const back = await throughPages(await client.toEntra(), bob)
    expect(back.url.searchParams.get("code")).toBeNull()
    expect(back.url.searchParams.get("error")).toBe("server_error")
    expect(back.url.searchParams.get("error_description")).toContain("requestedAccessTokenVersion")
    expect(entra.refusals()).toMatchObject([
      { level: 50, reason: "upstream_misconfigured", detail: "token_version" },
    ])
  })

  test("a v1.0 token is accepted if it is expected", async () => {
    await using entra = await world({ AZURE_TOKEN_VERSION: "1" })
    entra.change({ requestedAccessTokenVersion: 1 })
    const client = await mcpClient(entra)
    expect(await client.callTool(await client.signIn())).toMatchObject({ isError: false })
  })

  test("a token for an API that is another app", async () => {
    await using entra = await world({ AZURE_IDENTIFIER_URI: `api://${multiTenantApp.clientId}` })
    const back = await throughPages(await (await mcpClient(entra)).toEntra(), bob)
    expect(back.url.searchParams.get("error")).toBe("server_error")
    expect(entra.refusals()).toMatchObject([{ detail: "access_token_wrong_audience" }])
  })
})

describe("the resource is this server's", () => {
  test("another one is refused before anybody signs in", async () => {
    await using entra = await world()
    const page = await (await mcpClient(entra)).toEntra({ resource: "https://evil.example/mcp" })
    expect(page.url.searchParams.get("error")).toBe("invalid_target")
    expect(authorizeRequests(page)).toEqual([])
  })

  test("another one is refused at the token endpoint too", async () => {
    await using entra = await world()
    const client = await mcpClient(entra)
    const back = await throughPages(await client.toEntra({ resource: entra.mcpUrl }), bob)
    const code = back.url.searchParams.get("code") ?? ""
    const resource = "https://evil.example/mcp"
    expect(await redeem(entra, client.clientId, code, { resource })).toMatchObject({
      status: 400,
      body: { error: "invalid_target" },
    })
  })

  test("Entra ID, which would refuse it, never sees it", async () => {
    await using entra = await world()
    entra.emulator.control({ action: "configure", resourceParameter: "refuse" })
    const client = await mcpClient(entra)
    const page = await client.toEntra({ resource: entra.mcpUrl })
    expect(authorizeRequests(page).map((sent) => sent.get("resource"))).toEqual([null])
    const tokens = await client.signIn(bob, { resource: entra.mcpUrl })
    entra.later(6)
    expect((await client.refresh(tokens)).status).toBe(200)
  })
})

test("select_account is passed on to Entra ID, and consent is asked by this server alone", async () => {
  await using entra = await world()
  const client = await mcpClient(entra)
  for (const [prompt, sent] of [
    ["select_account", "select_account"],
    ["consent", null],
  ] as const) {
    const page = await client.toEntra({ prompt })
    expect(authorizeRequests(page).map((request) => request.get("prompt"))).toEqual([sent])
  }
})

describe("an alias in place of a tenant", () => {
  test.each([
    ["organizations", "frank@fabrikam.example", otherTenant.id],
    ["common", "pat@outlook.example", consumersTenantId],
    ["consumers", "pat@outlook.example", consumersTenantId],
  ])("%s: the token's own tenant is the issuer's", async (alias, username, tenantId) => {
    await using entra = await world({
      ...forAll,
      AZURE_TENANT_ID: alias,
      AZURE_ALLOWED_TENANTS: tenantId,
    })
    const client = await mcpClient(entra)
    const tokens = await client.signIn(username)
    entra.later(6)
    expect((await client.refresh(tokens)).status).toBe(200)
    const { text } = await client.callTool(tokens, "whoami")
    expect(JSON.parse(text).user).toMatchObject({ username, tenantId })
  })

  test("a tenant that is not on the list is refused by its name", async () => {
    await using entra = await world({
      ...forAll,
      AZURE_TENANT_ID: "organizations",
      AZURE_ALLOWED_TENANTS: defaultTenant.id,
    })
    const client = await mcpClient(entra)
    const back = await throughPages(await client.toEntra(), "frank@fabrikam.example")
    expect(back.url.searchParams.get("error")).toBe("access_denied")
    expect(back.url.searchParams.get("error_description")).toContain(otherTenant.id)
    expect(entra.refusals()).toMatchObject([
      { reason: "upstream_denied", detail: "tenant_not_allowed" },
    ])
  })

  test.each(["organizations", "common", "consumers"])(
    "%s without a list does not start",
    async (alias) => {
      await expect(world({ ...forAll, AZURE_TENANT_ID: alias })).rejects.toMatchObject({
        problems: [
          { option: "AZURE_ALLOWED_TENANTS", message: expect.stringMatching(/^is missing/) },
        ],
      })
    },
  )
})

describe("a credential other than a secret works for sign-in, refresh and On-Behalf-Of", () => {
  async function wholeLife(entra: Awaited<ReturnType<typeof world>>) {
    const client = await mcpClient(entra)
    const tokens = await client.signIn()
    expect(await client.callTool(tokens)).toMatchObject({ status: 200, isError: false })
    entra.later(6)
    expect((await client.refresh(tokens)).status).toBe(200)
  }

  test("a certificate", async () => {
    const { pem, environment } = byCertificate()
    await using entra = await world(environment)
    entra.change({ certificates: [pem], secrets: [] })
    await wholeLife(entra)
  })

  test("a managed identity", async () => {
    await using entra = await world(byManagedIdentity, { managedIdentities: [managedIdentity] })
    const issuer = `${entra.emulator.baseUrl}/${defaultTenant.id}/v2.0`
    const federatedCredentials = [{ issuer, subject: managedIdentity.id }]
    entra.change({ federatedCredentials, secrets: [] })
    await wholeLife(entra)
  })
})

describe("the scopes", () => {
  test("of the sample settings sign people in", async () => {
    await using entra = await world(modes["sign-in"])
    const client = await mcpClient(entra)
    const tokens = await client.signIn()
    const { text } = await client.callTool(tokens, "whoami")
    expect(JSON.parse(text)).toMatchObject({ scopes: ["User.Read"], user: { email: bob } })
    expect((await client.callTool(tokens)).text).toContain(bob)
  })

  test("by the API's GUID, for tenants that insist on it", async () => {
    await using entra = await world({ AZURE_SCOPE_FORM: "guid" })
    const { id } = defaultTenant
    entra.emulator.control({ action: "update-tenant", id, changes: { selfByGuidOnly: true } })
    const client = await mcpClient(entra)
    const tokens = await client.signIn()
    entra.later(6)
    expect((await client.refresh(tokens)).status).toBe(200)
  })
})

describe("Entra ID's signing keys", () => {
  test("a new key is fetched when a token is signed with it", async () => {
    await using entra = await world()
    const client = await mcpClient(entra)
    await client.signIn()
    entra.later(minutesUntilKeysAreFetchedAgain)
    entra.emulator.control({ action: "rotate-keys", withdrawOld: true })
    await client.signIn()
  })

  test("an outage of the key set does not matter while the key is known", async () => {
    await using entra = await world()
    const client = await mcpClient(entra)
    await client.signIn()
    entra.later(minutesUntilKeysAreFetchedAgain)
    entra.emulator.control({ action: "fail", fault: { endpoint: "keys", status: 503 } })
    await client.signIn()
  })
})

describe.each(Object.entries(modes))("in %s mode", (_, environment: Environment) => {
  test("a tool sees the MCP client that calls it, and not the app registration", async () => {
    await using entra = await world(environment)
    const one = await mcpClient(entra)
    const other = await mcpClient(entra)
    for (const client of [one, other]) {
      const { text } = await client.callTool(await client.signIn(), "whoami")
      const caller = JSON.parse(text)
      expect(caller.client).toEqual({ id: client.clientId, name: "Bare client" })
      expect(caller.user).toMatchObject({ username: bob, tenantId: defaultTenant.id })
    }
  })
})
