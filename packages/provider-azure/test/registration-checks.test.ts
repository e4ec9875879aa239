import {
  defaultApp,
  defaultApps,
  defaultTenant,
  type EntraEmulatorOptions,
  multiTenantApp,
  publicApp,
} from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import { type RegistrationCheck, registrationChecks } from "../src/checks/index.ts"
import type { AzureProviderOptions } from "../src/index.ts"
import { type Entra, entra, registration } from "./entra.ts"

const api = `api://${defaultApp.clientId}`

/** The checks of the default registration but for what is changed, by their names. */
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
      requiredScopes: ["access_as_user"],
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

/** Entra ID says what time it is. */
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

  it("leaves no secret and no token in what is said", async () => {
    const { results } = await check()
    expect(JSON.stringify(results)).not.toMatch(/eyJ|emulated-secret/)
  })

  it("names the page where an administrator agrees for everybody", async () => {
    const { of } = await check()
    const url = /https:\S+$/.exec(of("consent")?.detail ?? "")?.[0] ?? ""
    const { pathname, searchParams } = new URL(url)
    expect(pathname).toBe(`/${defaultTenant.id}/v2.0/adminconsent`)
    expect(searchParams.get("scope")).toContain(`${api}/access_as_user`)
  })
})

describe("a mistake in the registration is found, with its mend", () => {
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
    ["an option", "configuration", "clientId: is not a GUID", { clientId: "x" }],
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
    ["a scope", "scopes", "Expose an API", { requiredScopes: ["access_as_user", "no.such"] }],
    [
      "a scope of another API",
      "scopes",
      "does not exist in this tenant",
      { additionalScopes: ["api://nobody/x"] },
    ],
  ])("%s", async (_, name, mend, options, emulator, redirectUri) => {
    const { of } = await check(options, emulator, redirectUri)
    expect(of(name)).toMatchObject({ outcome: "failed", detail: expect.stringContaining(mend) })
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

describe("what can't be seen is no mistake", () => {
  it("the time, where Entra ID does not say it", async () => {
    const world = entra()
    const fetch = async (url: string, init: RequestInit) => {
      const response = await world.fetch(url, init)
      response.headers.delete("date")
      return response
    }
    expect((await check({ fetch })).of("clock")?.outcome).toBe("unknown")
  })

  it("the credential, where an alias leaves the tenant open", async () => {
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

  it("the token version, where only Graph is asked for", async () => {
    const { of } = await check({ requiredScopes: ["User.Read"] })
    expect(of("token version")?.outcome).toBe("passed")
  })

  it.each(["token", "authorize", "discovery"] as const)(
    "anything that the endpoint %s would say, while it is out of order",
    async (endpoint) => {
      const { results } = await check({}, { faults: [{ endpoint, status: 503 }] })
      expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([])
      expect(results.some(({ outcome }) => outcome === "unknown")).toBe(true)
    },
  )
})
