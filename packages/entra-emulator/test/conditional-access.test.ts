import { describe, expect, it } from "vitest"
import type { EntraEmulatorOptions } from "../src/index.ts"
import { RelyingParty, signInScope } from "./relying-party.ts"

const bob = "bob@contoso.example"
const alice = "alice@contoso.example"
const graphId = "00000003-0000-0000-c000-000000000000"

type Policies = NonNullable<EntraEmulatorOptions["conditionalAccess"]>

function party(conditionalAccess: Policies) {
  return new RelyingParty({ conditionalAccess })
}

/** Opens the authorization URL and picks a user. @returns the title of the page that follows. */
async function titleAfter(rp: RelyingParty, username: string, parameters = {}) {
  await rp.browser.open(rp.authorizeUrl({ prompt: "login", ...parameters }))
  return (await rp.browser.press("username", username)).title
}

describe("Conditional Access at the sign-in", () => {
  it("asks for the second factor once per session", async () => {
    const rp = party([{ control: "mfa" }])
    expect(await titleAfter(rp, bob)).toBe("Approve sign-in request")
    await rp.browser.press("decision", "accept")
    expect(rp.browser.page.title).toBe("Permissions requested")
    await rp.browser.press("decision", "accept")
    await rp.browser.open(rp.authorizeUrl())
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
  })

  it("the second factor may be denied", async () => {
    const rp = party([{ control: "mfa" }])
    await titleAfter(rp, bob)
    await rp.browser.press("decision", "cancel")
    expect(rp.browser.location?.searchParams.get("error")).toBe("access_denied")
  })

  it("has a user without a second factor set one up first", async () => {
    const rp = party([{ control: "mfa" }])
    const changes = { mfaRegistered: false }
    rp.emulator.control({ action: "update-user", username: bob, changes })
    expect(await titleAfter(rp, bob)).toBe("More information required")
    await rp.browser.press("decision", "accept")
    expect(await titleAfter(rp, bob)).toBe("Approve sign-in request")
  })

  it("blocks with AADSTS53003", async () => {
    const rp = party([{ control: "block" }])
    await titleAfter(rp, bob)
    expect(rp.browser.page.text).toContain(
      "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    )
    await rp.browser.press("decision", "cancel")
    const answer = rp.browser.location?.searchParams
    expect(answer?.get("error")).toBe("access_denied")
    expect(answer?.get("error_description")).toContain("AADSTS53003")
  })

  it("applies to the users and the resources that the policy names", async () => {
    const rp = party([{ control: "mfa", users: [alice], resources: [graphId] }])
    expect(await titleAfter(rp, bob, { scope: "User.Read" })).toBe("Permissions requested")
    expect(await titleAfter(rp, alice, { scope: signInScope })).toBe("Permissions requested")
    const both = `${signInScope} User.Read`
    expect(await titleAfter(rp, alice, { scope: both })).toBe("Approve sign-in request")
    expect(await titleAfter(rp, alice, { scope: "openid" })).toBe("Approve sign-in request")
  })
})

describe("Conditional Access at a refresh", () => {
  it("lets the API's token through while Graph's needs the second factor", async () => {
    const rp = new RelyingParty()
    const scope = `${signInScope} User.Read`
    const { refresh_token } = await rp.tokens(bob, { scope }, { scope: signInScope })
    const conditionalAccess: Policies = [{ control: "mfa", resources: [graphId] }]
    rp.emulator.control({ action: "configure", conditionalAccess })
    expect((await rp.refresh(refresh_token)).status).toBe(200)
    const graph = await rp.refresh(refresh_token, { scope: "User.Read" })
    expect(graph.body.error_codes).toEqual([50076])
    expect(graph.body.error_description).toContain(`to access '${graphId}'`)
    const claims = String(graph.body.claims)
    const again = await rp.tokens(bob, { scope, claims }, { scope: signInScope })
    expect((await rp.refresh(again.refresh_token, { scope: "User.Read" })).status).toBe(200)
  })
})
