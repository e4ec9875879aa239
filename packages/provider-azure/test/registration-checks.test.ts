import { generateKeyPairSync } from "node:crypto"
import { readFileSync } from "node:fs"
import {
  consumersTenantId,
  defaultApp,
  defaultApps,
  defaultTenant,
  type EntraEmulatorOptions,
  multiTenantApp,
  otherTenant,
  publicApp,
} from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import { checkNames, type RegistrationCheck, registrationChecks } from "../src/checks/index.ts"
import type { AzureProviderOptions } from "../src/index.ts"
import { type Entra, entra, registration } from "./entra.ts"

const api = `api://${defaultApp.clientId}`
const graphClientId = "00000003-0000-0000-c000-000000000000"

/** The checks of the default registration, with changes; `of` finds one by its name. */
async function check(
  options: Partial<AzureProviderOptions> = {},
  emulator: EntraEmulatorOptions = {},
  redirectUri: string = defaultApp.redirectUri,
) {
  const world = entra(emulator)
  const results: RegistrationCheck[] = []
  const checks = registrationChecks(
    {
      ...registration,
      scopes: ["access_as_user"],
      additionalScopes: ["User.Read"],
      now: () => world.clock.now,
      fetch: withDate(world, world.clock.now),
      ...options,
    },
    redirectUri,
  )
  for await (const result of checks) results.push(result)
  const of = (name: RegistrationCheck["name"]) => results.find((result) => result.name === name)
  return { results, of, world }
}

/** An application that may read the directory, and what has been agreed to. */
async function checkWithDirectory(
  permissions: readonly string[],
  agreed: readonly string[],
  options: Partial<AzureProviderOptions> = {},
) {
  const world = entra(appsWith({ applicationPermissions: { [graphClientId]: [...permissions] } }))
  const { clientId } = defaultApp
  const grant = (resource: string, scopes: string[]) =>
    world.emulator.control({ action: "grant-consent", clientId, resource, scopes })
  grant(
    graphClientId,
    agreed.filter((scope) => scope === "User.Read"),
  )
  grant(
    clientId,
    agreed.filter((scope) => scope !== "User.Read"),
  )
  return check({ fetch: world.fetch, now: () => world.clock.now, ...options })
}

/** Entra ID with this time in its answers. */
function withDate(world: Entra, time: number) {
  return async (url: string, init: RequestInit) => {
    const response = await world.fetch(url, init)
    response.headers.set("date", new Date(time).toUTCString())
    return response
  }
}

function appsWith(changes: Partial<(typeof defaultApps)[number]>) {
  return {
    apps: defaultApps.map((app) =>
      app.clientId === defaultApp.clientId ? { ...app, ...changes } : app,
    ),
  }
}

describe("a registration as it should be", () => {
  it("passes everything that can be seen from the outside", async () => {
    const { results } = await check()
    expect(results.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["configuration", "passed"],
      ["tenant", "passed"],
      ["clock", "passed"],
      ["credential", "passed"],
      ["token version", "passed"],
      ["redirect URI", "passed"],
      ["scopes", "passed"],
      ["consent", "unknown"],
    ])
  })

  it("reports no secret and no token", async () => {
    const { results } = await check()
    expect(JSON.stringify(results)).not.toMatch(/eyJ|emulated-secret/)
  })

  it("names the page where an administrator can consent for everybody", async () => {
    const { of } = await check()
    const url = /https:\S+$/.exec(of("consent")?.detail ?? "")?.[0] ?? ""
    const { pathname, searchParams } = new URL(url)
    expect(pathname).toBe(`/${defaultTenant.id}/v2.0/adminconsent`)
    expect(searchParams.get("scope")).toContain(`${api}/access_as_user`)
  })
})

describe("a mistake in the registration is found, with a way to fix it", () => {
  it.each<
    [
      string,
      RegistrationCheck["name"],
      string,
      Partial<AzureProviderOptions>?,
      EntraEmulatorOptions?,
      string?,
    ]
  >([
    [
      "an option",
      "configuration",
      "clientId must be the Application (client) ID",
      { clientId: "x" },
    ],
    [
      "the tenant",
      "tenant",
      "Directory (tenant) ID",
      { tenantId: "11111111-2222-3333-4444-555555555555" },
    ],
    ["the secret", "credential", "Value, not the Secret ID", { clientSecret: "wrong" }],
    [
      "an expired secret",
      "credential",
      "has expired",
      { clientSecret: "old" },
      appsWith({ secrets: [{ value: "old", expiresAt: "2030-01-01T00:00:00Z" }] }),
    ],
    [
      "the client",
      "credential",
      "Application (client) ID",
      { clientId: "11111111-2222-3333-4444-555555555555" },
    ],
    [
      "v1.0 tokens",
      "token version",
      "requestedAccessTokenVersion",
      {},
      appsWith({ requestedAccessTokenVersion: null }),
    ],
    [
      "no Application ID URI",
      "token version",
      "Expose an API",
      {},
      appsWith({ identifierUris: [] }),
    ],
    [
      "another API",
      "token version",
      "acceptedAudiences",
      { identifierUri: `api://${multiTenantApp.clientId}` },
    ],
    [
      "the redirect URI",
      "redirect URI",
      "Web > Redirect URIs",
      {},
      {},
      "http://localhost:8000/elsewhere",
    ],
    ["a scope", "scopes", "Expose an API", { scopes: ["access_as_user", "no.such"] }],
    [
      "a scope of another API",
      "scopes",
      "does not exist in this tenant",
      { additionalScopes: ["api://nobody/x"] },
    ],
  ])("%s", async (_, name, fix, options, emulator, redirectUri) => {
    const { of } = await check(options, emulator, redirectUri)
    expect(of(name)).toMatchObject({ outcome: "failed", detail: expect.stringContaining(fix) })
  })

  it.each<[string, RegistrationCheck["name"], string, Partial<AzureProviderOptions>]>([
    ["a wrong option", "configuration", "THE clientId must be", { clientId: "x" }],
    [
      "a wrong secret",
      "credential",
      "Set THE clientSecret to the Value",
      { clientSecret: "wrong" },
    ],
    [
      "another API",
      "token version",
      "THE acceptedAudiences must name",
      { identifierUri: `api://${multiTenantApp.clientId}` },
    ],
  ])("%s, in the operator's names", async (_, name, text, options) => {
    const { of } = await check({ ...options, optionName: (option) => `THE ${option}` })
    expect(of(name)).toMatchObject({ outcome: "failed", detail: expect.stringContaining(text) })
  })

  it("the authority, if nobody answers there", async () => {
    const fetch = () => Promise.reject(new TypeError("fetch failed"))
    const { results, of } = await check({ fetch })
    expect(of("tenant")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("Compare authorityHost with your cloud"),
    })
    expect(results.map(({ name }) => name)).toEqual(checkNames)
    expect(of("consent")).toMatchObject({
      outcome: "unknown",
      detail: "Not checked until the tenant is fixed.",
    })
  })

  it("the token version is not blamed for the credential", async () => {
    const { of } = await check({ clientSecret: "wrong" })
    expect(of("token version")).toEqual({
      name: "token version",
      outcome: "unknown",
      detail: "Not checked until the credential is fixed.",
    })
  })

  it("a certificate that was not uploaded", async () => {
    const certificate = readFileSync(new URL("fixtures/certificate.pem", import.meta.url), "utf8")
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const pem = `${certificate}${privateKey.export({ type: "pkcs8", format: "pem" })}`
    const { of } = await check({ clientSecret: undefined, clientCertificate: { pem } })
    expect(of("credential")).toMatchObject({
      outcome: "failed",
      reason: "AADSTS700027",
      detail: expect.stringContaining("Certificates & secrets > Certificates"),
    })
  })

  it("a single tenant registration under an alias", async () => {
    const { of } = await check({ tenantId: "organizations", allowedTenants: ["*"] })
    expect(of("redirect URI")).toMatchObject({ outcome: "failed", reason: "AADSTS50194" })
  })

  it("Entra ID's own words are in the cause only", async () => {
    const { of } = await check({ clientSecret: "wrong" })
    expect(of("credential")?.detail).not.toContain("AADSTS")
    expect(String(of("credential")?.cause)).toContain("AADSTS7000215")
  })

  it.each([
    [90, "90 s ahead"],
    [-90, "90 s behind"],
  ])("a clock that is %i s off", async (seconds, found) => {
    const world = entra()
    const { of } = await check({ fetch: withDate(world, world.clock.now - seconds * 1000) })
    expect(of("clock")).toMatchObject({ outcome: "failed", detail: expect.stringContaining(found) })
  })
})

describe("an application that may read the directory", () => {
  const administrator = { scopes: ["access_as_user", "tools.admin"] }

  it("sees that an administrator has consented for everybody", async () => {
    const { of } = await checkWithDirectory(["Directory.Read.All"], ["User.Read", "access_as_user"])
    expect(of("scopes")).toMatchObject({
      outcome: "passed",
      detail: expect.stringContaining("in the directory"),
    })
    expect(of("consent")).toMatchObject({ outcome: "passed" })
  })

  it("sees which scopes people are asked for one by one", async () => {
    const { of } = await checkWithDirectory(["Directory.Read.All"], ["access_as_user"])
    expect(of("consent")).toMatchObject({
      outcome: "unknown",
      detail: expect.stringMatching(/^Each person is asked for User\.Read, if/),
    })
  })

  it("sees a scope that needs an administrator's consent", async () => {
    const { of } = await checkWithDirectory(["Directory.Read.All"], ["User.Read"], administrator)
    expect(of("consent")).toMatchObject({
      outcome: "failed",
      detail: expect.stringMatching(/^Only an administrator can agree to tools\.admin: .*https:/),
    })
  })

  it("sees scopes, but not consents, with Application.Read.All", async () => {
    const { of } = await checkWithDirectory(["Application.Read.All"], ["User.Read"], administrator)
    expect(of("scopes")?.detail).toContain("in the directory")
    expect(of("consent")?.outcome).toBe("unknown")
  })

  it("sees a scope that does not exist", async () => {
    const { of } = await checkWithDirectory(["Application.Read.All"], [], {
      scopes: ["access_as_user", "no.such"],
    })
    expect(of("scopes")).toMatchObject({
      outcome: "failed",
      detail: expect.stringMatching(`^${api}/no\\.such: no such scope`),
    })
  })

  it("is not asked about an API that is another registration", async () => {
    const { of } = await checkWithDirectory(["Directory.Read.All"], ["User.Read"], {
      identifierUri: `api://${multiTenantApp.clientId}`,
      acceptedAudiences: [multiTenantApp.clientId],
    })
    expect(of("scopes")?.outcome).toBe("passed")
  })
})

describe("what can't be seen is not a failure", () => {
  it("the time, if Entra ID does not send it", async () => {
    const world = entra()
    const fetch = async (url: string, init: RequestInit) => {
      const response = await world.fetch(url, init)
      response.headers.delete("date")
      return response
    }
    expect((await check({ fetch })).of("clock")?.outcome).toBe("unknown")
  })

  it("the credential, if an alias leaves the tenant open", async () => {
    const { results, of } = await check(
      {
        tenantId: "organizations",
        allowedTenants: ["*"],
        clientId: multiTenantApp.clientId,
        clientSecret: multiTenantApp.clientSecret,
      },
      {},
      multiTenantApp.redirectUri,
    )
    expect(of("credential")?.outcome).toBe("unknown")
    expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([])
  })

  it("but it is seen in the first tenant that an alias allows", async () => {
    const registration = {
      tenantId: "organizations",
      allowedTenants: [consumersTenantId, otherTenant.id],
      clientId: multiTenantApp.clientId,
    }
    const { clientSecret, redirectUri } = multiTenantApp
    const good = await check({ ...registration, clientSecret }, {}, redirectUri)
    expect(good.of("credential")?.outcome).toBe("passed")
    expect(good.of("token version")?.outcome).toBe("passed")
    const wrong = await check({ ...registration, clientSecret: "wrong" }, {}, redirectUri)
    expect(wrong.of("credential")?.reason).toBe("AADSTS7000215")
  })

  it("the credential, if nobody in that tenant has used the application", async () => {
    const { of } = await check({ tenantId: "organizations", allowedTenants: [otherTenant.id] })
    expect(of("credential")).toMatchObject({
      outcome: "unknown",
      detail: expect.stringContaining(otherTenant.id),
    })
    expect(of("token version")?.outcome).toBe("unknown")
  })

  it.each([
    ["a page that names no error", () => new Response("<h1>Sign in</h1>")],
    ["redirects that never end", (url: string) => Response.redirect(url, 302)],
    [
      "an answer without an error",
      () => Response.redirect(`${defaultApp.redirectUri}?state=check`, 302),
    ],
  ])("the redirect URI, from %s", async (_, answer) => {
    const world = entra()
    const { of, results } = await check({
      fetch: (url, init) =>
        url.includes("/authorize?") ? Promise.resolve(answer(url)) : world.fetch(url, init),
    })
    expect(of("redirect URI")?.outcome).toBe("unknown")
    expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([])
  })

  it("but a redirect within Entra ID is followed to its answer", async () => {
    const world = entra()
    const { of } = await check({
      fetch: async (url, init) => {
        const { host } = new URL(url)
        if (!url.includes("/authorize?")) return world.fetch(url, init)
        return host === "login.live.com"
          ? world.fetch(url.replace(host, "login.microsoftonline.com"), init)
          : Response.redirect(url.replace(host, "login.live.com"), 302)
      },
    })
    expect(of("redirect URI")?.outcome).toBe("passed")
  })

  it("the credential of a public client", async () => {
    const { of } = await check(
      {
        clientId: publicApp.clientId,
        clientSecret: undefined,
        publicClient: true,
        identifierUri: api,
        acceptedAudiences: [defaultApp.clientId],
      },
      {},
      publicApp.redirectUri,
    )
    expect(of("credential")?.outcome).toBe("unknown")
    expect(of("redirect URI")?.outcome).toBe("passed")
  })

  it("the token version, if only Graph's scopes are requested", async () => {
    const { of } = await check({ scopes: ["User.Read"] })
    expect(of("token version")?.outcome).toBe("passed")
  })

  it.each(["token", "authorize", "discovery"] as const)(
    "whatever the endpoint %s would show, while it is down",
    async (endpoint) => {
      const { results } = await check({}, { faults: [{ endpoint, status: 503 }] })
      expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([])
      expect(results.some(({ outcome }) => outcome === "unknown")).toBe(true)
    },
  )
})
