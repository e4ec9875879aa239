import { defaultTenant, otherTenant } from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import { type AzureProviderOptions, azureProvider, ConfigurationError } from "../src/index.ts"
import { registration } from "./entra.ts"

/** The mistakes that are found in the options, by option name. */
function problemsOf(options: Record<string, unknown>): Record<string, string> {
  try {
    azureProvider({ ...registration, ...options } as AzureProviderOptions)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return Object.fromEntries(error.problems.map(({ option, message }) => [option, message]))
  }
  throw new Error("the options were accepted")
}

const accepted = (options: Record<string, unknown>) => () =>
  azureProvider({ ...registration, ...options } as AzureProviderOptions)

describe("tenant and client", () => {
  it("are required, and the error says where to find them", () => {
    const problems = problemsOf({ tenantId: undefined, clientId: undefined })
    expect(problems.tenantId).toContain("Directory (tenant) ID")
    expect(problems.clientId).toContain("Application (client) ID")
  })

  it.each([
    "",
    "contoso",
    "https://login.microsoftonline.com/x",
    "a b.example",
    "../contoso.example",
  ])("%j is not a tenant", (tenantId) => {
    expect(problemsOf({ tenantId }).tenantId).toContain("must be the Directory (tenant) ID")
  })

  it("the client is a GUID", () => {
    expect(problemsOf({ clientId: "my-client" }).clientId).toMatch(
      /^must be the Application \(client\) ID .*a GUID$/,
    )
  })

  it("every mistake is reported at once, each on its line", () => {
    const attempt = accepted({ tenantId: "common", clientId: "x", timeoutMilliseconds: -1 })
    expect(attempt).toThrow(/^azureProvider:\n( {2}\w+ (must|is) .+\n?){3}$/)
  })

  it("an option that does not exist is named", () => {
    expect(problemsOf({ clientSecrets: "x" }).clientSecrets).toBe(
      "is not an option; did you mean clientSecret?",
    )
  })
})

describe("allowed tenants", () => {
  it.each(["common", "organizations", "consumers"])("%s is refused without them", (tenantId) => {
    expect(problemsOf({ tenantId }).allowedTenants).toContain("anybody could sign in")
    expect(accepted({ tenantId, allowedTenants: ["*"] })).not.toThrow()
  })

  it("are GUIDs or *, and not empty", () => {
    expect(problemsOf({ allowedTenants: [] }).allowedTenants).toContain("nobody could sign in")
    expect(problemsOf({ allowedTenants: ["contoso.example"] })["allowedTenants.0"]).toContain(
      "Directory (tenant) ID",
    )
  })

  it("include the tenant itself", () => {
    expect(problemsOf({ allowedTenants: [otherTenant.id] }).allowedTenants).toContain("tenantId")
    const both = [otherTenant.id, defaultTenant.id.toUpperCase()]
    expect(accepted({ allowedTenants: both })).not.toThrow()
  })
})

describe("credentials", () => {
  it("do not become a public client when they are forgotten", () => {
    const { clientSecret } = problemsOf({ clientSecret: undefined })
    expect(clientSecret).toContain("Value of a client secret")
    expect(clientSecret).toContain("publicClient")
    expect(problemsOf({ clientSecret: "" }).clientSecret).toBe("must not be empty")
  })

  it("can't be combined", () => {
    expect(problemsOf({ publicClient: true }).publicClient).toContain("clientSecret")
  })

  it("in PEM contain a certificate and a key", () => {
    const withPem = (pem: string) =>
      problemsOf({ clientSecret: undefined, clientCertificate: { pem } })["clientCertificate.pem"]
    expect(withPem("-----BEGIN PRIVATE KEY-----")).toContain("BEGIN CERTIFICATE")
    expect(withPem("-----BEGIN CERTIFICATE-----")).toContain("BEGIN PRIVATE KEY")
    const path = problemsOf({ clientSecret: undefined, clientCertificate: "./certificate.pem" })
    expect(path.clientCertificate).toContain("{ pem, password? } or { pfx, password? }")
  })
})

describe("scopes", () => {
  it("of the sample settings are accepted", () => {
    const { scopes } = accepted({ scopes: ["User.Read", "email", "openid"] })()
    expect(scopes).toEqual(["User.Read"])
  })

  it.each([
    ["two in one", ["User.Read Mail.Read"], "scopes.0", "one scope per entry"],
    ["of another API", ["api://other/read"], "scopes", "additionalScopes"],
    [".default", ["https://graph.microsoft.com/.default"], "scopes", "one by one"],
    [
      "with one name",
      ["Files.Read", `api://${registration.clientId}/Files.Read`],
      "scopes",
      "twice",
    ],
  ])("%s are refused", (_, offered, option, fix) => {
    expect(problemsOf({ scopes: offered })[option]).toContain(fix)
  })

  it.each([
    ["tools.read", "tools.read"],
    ["access_as_user", "access_as_user"],
    [`api://${registration.clientId}/Files.Read`, "Files.Read"],
    [`${registration.clientId}/tools.read`, "tools.read"],
    [`api://${registration.clientId.toUpperCase()}/tools.read`, "tools.read"],
    ["user.read", "user.read"],
  ])("%s is the API's", (scope, name) => {
    const azure = accepted({ scopes: [scope] })()
    expect(azure.scopes).toEqual([name])
    expect(azure.permissions(azure.scopes)).toContain(`api://${registration.clientId}/${name}`)
  })

  it.each([
    "User.Read",
    "Mail.Send",
    "GroupMember.Read.All",
    "https://graph.microsoft.us/User.Read",
  ])("%s is Graph's", (scope) => {
    const azure = accepted({ scopes: [scope] })()
    expect(azure.permissions(azure.scopes)).toContain(scope)
  })
})

describe("authorize parameters", () => {
  it.each([
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "request",
    "request_uri",
  ])("%s belongs to the protocol", (name) => {
    const problems = problemsOf({ authorizeParameters: { [name]: "x" } })
    expect(problems[`authorizeParameters.${name}`]).toContain("belongs to the protocol")
  })

  it.each(["consent", "none", "login consent"])("prompt %s is refused", (prompt) => {
    const problems = problemsOf({ authorizeParameters: { prompt } })
    expect(problems["authorizeParameters.prompt"]).toContain("login or select_account")
  })
})

describe("optionName", () => {
  it("that is wrong does not hide what other options make together", () => {
    const problems = problemsOf({ optionName: 1, clientCertificate: { pem: "" } })
    expect(Object.keys(problems)).toContain("optionName")
    expect(Object.keys(problems)).toContain("clientCertificate")
  })

  const optionName = (option: string) => option.toUpperCase()

  it("names each wrong option, and the options that a text mentions", () => {
    const problems = problemsOf({
      optionName,
      tenantId: "common",
      publicClient: true,
      clientID: "x",
    })
    expect(problems.ALLOWEDTENANTS).toContain("with common as TENANTID")
    expect(problems.PUBLICCLIENT).toContain("CLIENTSECRET")
    expect(problems.CLIENTID).toContain("did you mean CLIENTID?")
  })

  it("must be a function", () => {
    expect(problemsOf({ optionName: "x" }).optionName).toBe("must be a function")
  })
})

it.each([
  ["http://login.microsoftonline.com", "https"],
  ["login.microsoftonline.com", "https URL"],
])("the authority host %s is refused", (authorityHost, fix) => {
  expect(problemsOf({ authorityHost }).authorityHost).toContain(fix)
})
