import { describe, expect, test } from "vitest"
import { practice } from "./examination.ts"

describe("configuration", () => {
  test("every mistake has its line, also those that the start would only reach after the others", async () => {
    await using doctor = await practice()
    const { code, checks } = await doctor.examine({
      AZURE_TENANT_ID: "common",
      AZURE_CLIENT_ID: "my-app",
      AZURE_CLIENT_SECRET: "",
      MCP_SERVER_PORT: "http",
      MCP_BASE_URL: "http://mcp.example.com",
      MCP_STORE_URL: "mysql://localhost",
    })
    const problems = checks.filter(({ outcome }) => outcome === "failed")
    expect(problems.map(({ name }) => name)).toEqual(problems.map(() => "configuration"))
    expect(problems.map(({ detail }) => detail.split(" ")[0]).sort()).toEqual([
      "AZURE_ALLOWED_TENANTS",
      "AZURE_CLIENT_ID",
      "AZURE_CLIENT_SECRET",
      "MCP_BASE_URL",
      "MCP_SERVER_PORT",
      "MCP_STORE_URL",
    ])
    expect(checks.slice(problems.length).map(({ outcome }) => outcome)).toEqual(
      Array(7).fill("unknown"),
    )
    expect(code).toBe(1)
  })

  test("a mistake outside the registration does not hinder the other checks", async () => {
    await using doctor = await practice()
    doctor.change({ redirectUris: ["https://mcp.example.com/auth/callback"] })
    const { code, of } = await doctor.examine({ MCP_BASE_URL: "https://mcp.example.com/" })
    expect(of("configuration")).toMatchObject({
      outcome: "failed",
      detail: expect.stringMatching(/^DOORWARD_SECRET is missing/),
    })
    expect(of("redirect URI")).toMatchObject({ outcome: "passed" })
    expect(code).toBe(1)
  })

  test("a credential file that cannot be read is a mistake", async () => {
    await using doctor = await practice()
    const { of } = await doctor.examine({
      AZURE_CLIENT_SECRET: "",
      AZURE_CLIENT_CERTIFICATE_PATH: "/nowhere/certificate.pem",
    })
    expect(of("configuration").detail).toMatch(/^AZURE_CLIENT_CERTIFICATE_PATH .* cannot be read$/)
  })
})
