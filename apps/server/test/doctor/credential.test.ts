import { defaultApp, defaultTenant } from "@doorward/entra-emulator"
import { describe, expect, test } from "vitest"
import { byCertificate, byManagedIdentity, managedIdentity } from "../support/credentials.ts"
import { nobody, practice } from "./examination.ts"

describe("credential", () => {
  test("a wrong secret", async () => {
    await using doctor = await practice()
    const { of, output } = await doctor.examine({ AZURE_CLIENT_SECRET: "what-should-stay-secret" })
    expect(of("credential")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS7000215",
      detail: expect.stringContaining("Set AZURE_CLIENT_SECRET to the Value, not the Secret ID"),
    })
    expect(output).not.toContain("what-should-stay-secret")
  })

  test("an expired secret", async () => {
    await using doctor = await practice()
    const secret = { value: defaultApp.clientSecret, expiresAt: "2020-01-01T00:00:00Z" }
    doctor.change({ secrets: [secret] })
    expect((await doctor.examine()).of("credential")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS7000222",
    })
  })

  test("an application that the tenant does not know", async () => {
    await using doctor = await practice()
    expect((await doctor.examine({ AZURE_CLIENT_ID: nobody })).of("credential")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS700016",
      detail: expect.stringContaining("Compare AZURE_CLIENT_ID with Application (client) ID"),
    })
  })

  test("a certificate that was not uploaded", async () => {
    await using doctor = await practice()
    const { of } = await doctor.examine(byCertificate().environment)
    expect(of("credential")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS700027",
      detail: expect.stringContaining("AZURE_CLIENT_CERTIFICATE_PATH"),
    })
  })

  test("a managed identity that no federated credential names", async () => {
    await using doctor = await practice({ managedIdentities: [managedIdentity] })
    const issuer = `${doctor.entra.url}/${defaultTenant.id}/v2.0`
    doctor.change({ federatedCredentials: [{ issuer, subject: "another" }] })
    const { of } = await doctor.examine(byManagedIdentity(doctor.entra.url))
    expect(of("credential")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS700213",
      detail: expect.stringContaining("Federated credentials"),
    })
  })

  test("a machine without a managed identity", async () => {
    await using doctor = await practice()
    const { of } = await doctor.examine(byManagedIdentity(doctor.entra.url))
    expect(of("credential")).toMatchObject({ outcome: "failed", reason: "no_managed_identity" })
  })

  test("a workload identity file that is not there", async () => {
    await using doctor = await practice()
    const { of } = await doctor.examine({
      AZURE_CLIENT_SECRET: "",
      AZURE_FEDERATED_TOKEN_FILE: "/nowhere/token",
    })
    expect(of("credential")).toMatchObject({
      outcome: "failed",
      detail:
        "The file of AZURE_FEDERATED_TOKEN_FILE can't be read. Check its path and its permissions.",
    })
  })
})
