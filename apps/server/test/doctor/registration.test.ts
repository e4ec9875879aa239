import { defaultTenant, multiTenantApp } from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import { describe, expect, test } from "vitest"
import { graphClientId, nobody, practice } from "./examination.ts"

describe("tenant", () => {
  test("one that does not exist", async () => {
    await using doctor = await practice()
    const { code, of } = await doctor.examine({ AZURE_TENANT_ID: nobody })
    expect(of("tenant")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS90002",
      detail: expect.stringContaining("Compare AZURE_TENANT_ID with Directory (tenant) ID"),
    })
    expect(code).toBe(1)
  })

  test("an authority host where nobody answers", async () => {
    await using doctor = await practice()
    const host = `http://localhost:${await freePort()}`
    const { of } = await doctor.examine({ AZURE_AUTHORITY_HOST: host })
    expect(of("tenant")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining(`${host} does not answer. Compare AZURE_AUTHORITY_HOST`),
    })
  })

  test("an authority host that is some other web server", async () => {
    await using doctor = await practice()
    doctor.entra.emulator.control({
      action: "fail",
      fault: { endpoint: "discovery", status: 404 },
    })
    expect((await doctor.examine()).of("tenant")).toMatchObject({ outcome: "failed" })
  })

  test("an issuer that tokens would not carry", async () => {
    await using doctor = await practice({ issuerBase: "https://login.microsoftonline.com" })
    expect((await doctor.examine()).of("tenant")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("check AZURE_AUTHORITY_HOST"),
    })
  })

  test("a domain is as good as the GUID", async () => {
    await using doctor = await practice()
    const { of } = await doctor.examine({ AZURE_TENANT_ID: "contoso.example" })
    expect(of("tenant")).toMatchObject({
      outcome: "passed",
      detail: expect.stringContaining(defaultTenant.id),
    })
  })
})

test.each([
  ["behind", 90],
  ["ahead", -90],
])("clock: one that is %s of Entra ID's", async (direction, seconds) => {
  await using doctor = await practice()
  doctor.entra.emulator.control({ action: "advance-clock", seconds })
  expect((await doctor.examine()).of("clock")).toMatchObject({
    outcome: "failed",
    detail: expect.stringMatching(new RegExp(`clock is (89|90|91) s ${direction}\\.`)),
  })
})

describe("token version", () => {
  test("v1.0 tokens", async () => {
    await using doctor = await practice()
    doctor.change({ requestedAccessTokenVersion: null })
    expect((await doctor.examine()).of("token version")).toMatchObject({
      outcome: "failed",
      detail: expect.stringMatching(/"requestedAccessTokenVersion": 2 .* AZURE_TOKEN_VERSION to 1/),
    })
    const { of } = await doctor.examine({ AZURE_TOKEN_VERSION: "1" })
    expect(of("token version")).toMatchObject({ outcome: "passed" })
  })

  test("an API that is another registration", async () => {
    await using doctor = await practice()
    const other = { AZURE_IDENTIFIER_URI: `api://${multiTenantApp.clientId}` }
    expect((await doctor.examine(other)).of("token version")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("AZURE_ACCEPTED_AUDIENCES must name"),
    })
    const accepted = { ...other, AZURE_ACCEPTED_AUDIENCES: multiTenantApp.clientId }
    expect((await doctor.examine(accepted)).of("token version")).toMatchObject({
      outcome: "passed",
    })
  })
})

describe("redirect URI", () => {
  test("one that is not registered: Entra ID answers with a page and never a redirect", async () => {
    await using doctor = await practice()
    doctor.change({ redirectUris: ["http://localhost:8000/elsewhere"] })
    const { of } = await doctor.examine()
    expect(of("redirect URI")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS50011",
      detail: expect.stringContaining("Authentication > Web > Redirect URIs"),
    })
    expect(of("scopes").outcome).toBe("unknown")
  })

  test("one tenant's application under an alias", async () => {
    await using doctor = await practice()
    const { of } = await doctor.examine({
      AZURE_TENANT_ID: "organizations",
      AZURE_ALLOWED_TENANTS: "*",
    })
    expect(of("redirect URI")).toMatchObject({ outcome: "failed", reason: "AADSTS50194" })
  })
})

describe("scopes", () => {
  test.each([
    ["on the API", { MCP_REQUIRED_SCOPES: "access_as_user no.such" }, "AADSTS650053"],
    ["of an API that is not there", { MCP_ADDITIONAL_SCOPES: "api://nobody/read" }, "AADSTS500011"],
  ])("one that is not %s", async (_, environment, reason) => {
    await using doctor = await practice()
    expect((await doctor.examine(environment)).of("scopes")).toMatchObject({
      outcome: "failed",
      reason,
    })
  })
})

describe("consent", () => {
  test("can't be checked without a permission for it, which is not a failure", async () => {
    await using doctor = await practice()
    const { code, of } = await doctor.examine()
    const consent = of("consent")
    expect(consent).toMatchObject({
      outcome: "unknown",
      detail: expect.stringMatching(/^Only a sign-in shows what has been agreed to\./),
    })
    const link = new URL(/http\S+$/.exec(consent.detail)?.[0] ?? "")
    expect(link.pathname).toBe(`/${defaultTenant.id}/v2.0/adminconsent`)
    expect((await fetch(link)).status).toBe(200)
    expect(code).toBe(0)
  })

  test("a scope that only an administrator can agree to, and nobody has", async () => {
    await using doctor = await practice()
    doctor.change({ applicationPermissions: { [graphClientId]: ["Directory.Read.All"] } })
    const { of } = await doctor.examine({ MCP_REQUIRED_SCOPES: "access_as_user tools.admin" })
    expect(of("consent")).toMatchObject({
      outcome: "failed",
      detail: expect.stringMatching(/^Only an administrator can agree to tools\.admin/),
    })
  })
})

test.each(["discovery", "token", "authorize", "graph"] as const)(
  "an outage of %s is not a mistake in the registration",
  async (endpoint) => {
    await using doctor = await practice({ faults: [{ endpoint, status: 503 }] })
    const { code, checks } = await doctor.examine()
    expect(checks.filter(({ outcome }) => outcome === "failed")).toEqual([])
    expect(code).toBe(0)
  },
)
