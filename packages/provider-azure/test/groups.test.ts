import { defaultApp, defaultApps } from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import { entra, failureOf } from "./entra.ts"

const apps = defaultApps.map((app) =>
  app.clientId === defaultApp.clientId
    ? { ...app, groupMembershipClaims: "SecurityGroup" as const }
    : app,
)
const grace = "grace@contoso.example"
const withGraph = { additionalScopes: ["User.Read", "GroupMember.Read.All"], resolveGroups: true }

/** An administrator has consented to what groups require. */
function consented() {
  const world = entra({ apps })
  for (const scopes of [["User.Read", "GroupMember.Read.All"]]) {
    world.emulator.control({ action: "grant-consent", clientId: defaultApp.clientId, scopes })
  }
  return world
}

describe("groups", () => {
  it("are read from the token if they fit into it", async () => {
    const world = entra({ apps })
    const azure = world.provider({ scopes: ["access_as_user"] })
    const { identity } = await world.signIn(azure)
    expect(identity.groups).toEqual(["14c20307-e7b2-4d15-94bc-e2d6f2a77434"])
  })

  it("are unknown, not none, if they do not fit, and the claims say that there are more", async () => {
    const world = entra({ apps })
    const azure = world.provider({ scopes: ["access_as_user"] })
    const { identity } = await world.signIn(azure, grace)
    expect(identity).not.toHaveProperty("groups")
    expect(identity.claims).toHaveProperty("_claim_names.groups")
    expect(world.wire.some(({ url }) => url.pathname.startsWith("/v1.0/"))).toBe(false)
  })

  it.each([
    ["API mode", ["access_as_user"]],
    ["sign-in mode", ["User.Read"]],
  ])(
    "are requested from Graph with resolveGroups, at sign-in and refresh, in %s",
    async (_, offered) => {
      const world = consented()
      const azure = world.provider({ scopes: offered, ...withGraph })
      const { identity, tokens, scopes } = await world.signIn(azure, grace)
      expect(identity.groups).toHaveLength(250)
      const again = await azure.refresh(tokens, scopes)
      expect(again.identity.groups).toEqual(identity.groups)
      const asked = world.wire.filter(({ url }) => url.pathname.endsWith("/getMemberObjects"))
      expect(asked.map(({ url }) => url.origin)).toEqual([
        "https://graph.microsoft.com",
        "https://graph.microsoft.com",
      ])
    },
  )

  it("are not requested from Graph if the token has them", async () => {
    const world = consented()
    const azure = world.provider({ scopes: ["access_as_user"], ...withGraph })
    await world.signIn(azure)
    expect(world.wire.some(({ url }) => url.pathname.startsWith("/v1.0/"))).toBe(false)
  })

  it("are requested from graphUrl if it is set", async () => {
    const world = consented()
    const azure = world.provider({
      scopes: ["access_as_user"],
      ...withGraph,
      graphUrl: "https://graph.example/",
    })
    await world.signIn(azure, grace)
    expect(world.wire.at(-1)?.url.href).toBe("https://graph.example/v1.0/me/getMemberObjects")
  })

  it("that Graph does not list keep the person out, and the error names the permission", async () => {
    const world = consented()
    const azure = world.provider({
      scopes: ["access_as_user"],
      ...withGraph,
      fetch: (url, init) =>
        url.endsWith("/getMemberObjects")
          ? Response.json({ error: { code: "Authorization_RequestDenied" } }, { status: 403 })
          : world.fetch(url, init),
    })
    const error = await failureOf(world.signIn(azure, grace))
    expect(error).toMatchObject({ failure: "operator", reason: "groups_unreadable" })
    expect(error.message).toContain("GroupMember.Read.All")
  })

  it("that can't be read while Graph is down are an outage", async () => {
    const world = consented()
    world.emulator.control({ action: "fail", fault: { endpoint: "graph", status: 503 } })
    const azure = world.provider({ scopes: ["access_as_user"], ...withGraph })
    expect((await failureOf(world.signIn(azure, grace))).failure).toBe("unavailable")
  })
})
