import { defaultApp, defaultTenant, multiTenantApp, otherTenant } from "@doorward/entra-emulator"
import { describe, expect, test } from "vitest"
import { byCertificate, byManagedIdentity, managedIdentity } from "../support/credentials.ts"
import { graphClientId, practice } from "./examination.ts"

describe("a correct registration", () => {
  test("passes every check that can be made, and the exit code is 0", async () => {
    await using doctor = await practice()
    doctor.change({ applicationPermissions: { [graphClientId]: ["Directory.Read.All"] } })
    for (const [resource, scope] of [
      [graphClientId, "User.Read"],
      [defaultApp.clientId, "access_as_user"],
    ] as const) {
      const { clientId } = defaultApp
      const action = "grant-consent"
      doctor.entra.emulator.control({ action, clientId, resource, scopes: [scope] })
    }
    const { code, checks } = await doctor.examine()
    expect(checks.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["configuration", "passed"],
      ["tenant", "passed"],
      ["clock", "passed"],
      ["credential", "passed"],
      ["token version", "passed"],
      ["redirect URI", "passed"],
      ["scopes", "passed"],
      ["consent", "passed"],
    ])
    expect(code).toBe(0)
  })

  test("the sample settings, whose scopes are Graph's and OpenID Connect's only", async () => {
    await using doctor = await practice()
    const { code, of } = await doctor.examine({ MCP_REQUIRED_SCOPES: "User.Read email openid" })
    expect(of("token version")).toMatchObject({ outcome: "passed" })
    expect(of("scopes")).toMatchObject({ outcome: "passed" })
    expect(code).toBe(0)
  })

  test("a certificate that was uploaded", async () => {
    await using doctor = await practice()
    const { pem, environment } = byCertificate()
    doctor.change({ certificates: [pem], secrets: [] })
    const { code, of } = await doctor.examine(environment)
    expect(of("credential")).toMatchObject({ outcome: "passed" })
    expect(code).toBe(0)
  })

  test("a managed identity with its federated credential", async () => {
    await using doctor = await practice({ managedIdentities: [managedIdentity] })
    doctor.change({
      secrets: [],
      federatedCredentials: [
        { issuer: `${doctor.entra.url}/${defaultTenant.id}/v2.0`, subject: managedIdentity.id },
      ],
    })
    const { of } = await doctor.examine(byManagedIdentity(doctor.entra.url))
    expect(of("credential")).toMatchObject({ outcome: "passed" })
  })

  test("several organizations, seen from the first that is allowed", async () => {
    await using doctor = await practice()
    const { code, of } = await doctor.examine({
      AZURE_TENANT_ID: "organizations",
      AZURE_ALLOWED_TENANTS: `${otherTenant.id} ${defaultTenant.id}`,
      AZURE_CLIENT_ID: multiTenantApp.clientId,
      AZURE_CLIENT_SECRET: multiTenantApp.clientSecret,
    })
    expect(of("tenant").detail).toMatch(/^organizations at /)
    expect(of("credential")).toMatchObject({ outcome: "passed" })
    expect(code).toBe(0)
  })
})
