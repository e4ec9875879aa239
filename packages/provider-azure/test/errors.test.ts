import { describe, expect, it } from "vitest"
import { type Code, meanings } from "./aadsts-meanings.ts"
import { type Entra, entra, failureOf } from "./entra.ts"

const offered = ["access_as_user"]

function fail(world: Entra, code: Code): void {
  world.emulator.control({ action: "fail", fault: { endpoint: "token", code } })
}

describe.each(Object.entries(meanings))("%s", (failure, codes) => {
  it.each(codes)("AADSTS%i", async (code) => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const { tokens, scopes } = await world.signIn(azure)
    fail(world, code)
    const error = await failureOf(azure.refresh(tokens, scopes))
    expect(error.failure).toBe(failure)
    // A server error is reported by its status, before the body is read.
    expect(error.reason).toMatch(/^(AADSTS\d+|http_(429|503|500))$/)
    if (failure !== "unavailable") expect(error.reason).toBe(`AADSTS${code}`)
    expect(error.message).not.toMatch(/AADSTS|Trace ID|Correlation ID/)
    expect(String(error.cause)).toContain(`AADSTS${code}`)
  })
})

it("names the place in the portal wherever the operator must act on the registration", async () => {
  const fixes: Partial<Record<Code, string>> = {
    7000215: "Certificates & secrets",
    7000222: "Certificates & secrets",
    700027: "Certificates & secrets > Certificates",
    700213: "Federated credentials",
    700016: "Application (client) ID",
    90002: "Directory (tenant) ID",
    50011: "Authentication > Web > Redirect URIs",
    50194: "Supported account types",
    500011: "Expose an API",
    650053: "Expose an API",
    90094: "Grant admin consent",
    9002326: "Web platform",
    90009: "scopeForm",
  }
  for (const [code, fix] of Object.entries(fixes)) {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const { tokens, scopes } = await world.signIn(azure)
    fail(world, Number(code) as Code)
    const { message } = await failureOf(azure.refresh(tokens, scopes))
    expect(message, code).toContain(fix)
  }
})

it.each([
  [7000215, ["clientSecret"]],
  [700016, ["clientId", "tenantId"]],
  [90009, ["scopeForm"]],
  [650053, ["scopes", "additionalScopes"]],
] as const)("names the options of AADSTS%i as the operator does", async (code, options) => {
  const world = entra()
  const optionName = (option: string) => `the setting ${option}`
  const azure = world.provider({ scopes: offered, optionName })
  const { tokens, scopes } = await world.signIn(azure)
  fail(world, code)
  const { message } = await failureOf(azure.refresh(tokens, scopes))
  for (const option of options) expect(message).toContain(`the setting ${option}`)
})

it("tells how long to wait when Entra ID throttles", async () => {
  const world = entra()
  const azure = world.provider({ scopes: offered })
  const { tokens, scopes } = await world.signIn(azure)
  const fault = { endpoint: "token", code: 90055, retryAfter: 30 } as const
  world.emulator.control({ action: "fail", fault })
  expect(await failureOf(azure.refresh(tokens, scopes))).toMatchObject({
    failure: "unavailable",
    retryAfter: 30,
  })
})

it("passes on the claims that a policy requires, as JSON text", async () => {
  const world = entra()
  const azure = world.provider({ scopes: offered })
  const { tokens, scopes } = await world.signIn(azure)
  fail(world, 50076)
  const { claims } = await failureOf(azure.refresh(tokens, scopes))
  expect(JSON.parse(claims ?? "")).toMatchObject({ access_token: { capolids: expect.anything() } })
})

describe("unlisted codes", () => {
  it.each([
    ["invalid_grant", "sign_in_required"],
    ["interaction_required", "interaction_required"],
    ["access_denied", "denied"],
    ["login_required", "sign_in_required"],
    ["temporarily_unavailable", "unavailable"],
    ["invalid_client", "operator"],
    ["never_heard_of", "operator"],
  ])("%s is %s", async (error, failure) => {
    const world = entra()
    let broken = false
    const azure = world.provider({
      scopes: offered,
      fetch: (url, init) =>
        broken
          ? Response.json(
              {
                error,
                error_description: "AADSTS99999999: Something new.",
                error_codes: [99999999],
              },
              { status: 400 },
            )
          : world.fetch(url, init),
    })
    const { tokens, scopes } = await world.signIn(azure)
    broken = true
    expect(await failureOf(azure.refresh(tokens, scopes))).toMatchObject({
      failure,
      reason: "AADSTS99999999",
    })
  })

  it.each([
    ["claims that are not JSON", { claims: "{" }],
    ["claims that are not an object", { claims: '"text"' }],
    ["claims that are not a text", { claims: { access_token: {} } }],
  ])("%s are not passed on", async (_, members) => {
    const world = entra()
    let broken = false
    const body = { error: "interaction_required", error_description: "AADSTS50076: x", ...members }
    const azure = world.provider({
      scopes: offered,
      fetch: (url, init) =>
        broken ? Response.json(body, { status: 400 }) : world.fetch(url, init),
    })
    const { tokens, scopes } = await world.signIn(azure)
    broken = true
    const error = await failureOf(azure.refresh(tokens, scopes))
    expect(error).toMatchObject({ failure: "interaction_required", reason: "AADSTS50076" })
    expect(error.claims).toBeUndefined()
  })
})

describe("errors at the callback", () => {
  it.each([
    ["access_denied", "AADSTS65004: User declined.", "denied", "AADSTS65004"],
    ["access_denied", "", "denied", "access_denied"],
    ["invalid_client", "AADSTS650053: No such scope.", "operator", "AADSTS650053"],
    ["invalid_target", "AADSTS9010010: The resource.", "operator", "AADSTS9010010"],
    ["login_required", "AADSTS50058: Silent.", "sign_in_required", "AADSTS50058"],
    ["interaction_required", "AADSTS50076: More.", "interaction_required", "AADSTS50076"],
    ["server_error", "AADSTS50000: Oh.", "unavailable", "server_error"],
    ["<script>", "AADSTS: x", "operator", "unregistered_error"],
  ])("%s (%s)", async (code, description, failure, reason) => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const callback = new URLSearchParams({
      error: code,
      error_description: description,
      state: "state",
    })
    const error = await failureOf(azure.redeem(callback, world.request(azure)))
    expect(error.failure).toBe(failure)
    expect(error.reason).toMatch(failure === "unavailable" ? /./ : new RegExp(`^${reason}$`))
    expect(error.message).not.toContain(description || code)
    expect(world.wire).toEqual([])
  })
})

describe("what happens to a person between two refreshes", () => {
  it.each([["is disabled", { disabled: true }, "denied", "AADSTS50057"]])(
    "a person who %s is signed out",
    async (_, changes, failure, reason) => {
      const world = entra()
      const azure = world.provider({ scopes: offered })
      const { tokens, scopes } = await world.signIn(azure)
      world.emulator.control({ action: "update-user", username: "bob@contoso.example", changes })
      expect(await failureOf(azure.refresh(tokens, scopes))).toMatchObject({ failure, reason })
    },
  )

  it("a person whose sessions are revoked must sign in again", async () => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const { tokens, scopes } = await world.signIn(azure)
    world.clock.now += 1000
    world.emulator.control({ action: "revoke-sessions", username: "bob@contoso.example" })
    expect(await failureOf(azure.refresh(tokens, scopes))).toMatchObject({
      failure: "sign_in_required",
      reason: "AADSTS50173",
    })
  })

  it("a person who is given a role has it after the next refresh", async () => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const { tokens, scopes, identity } = await world.signIn(azure)
    const roles = { [String(identity.claims.aud)]: ["Tools.Admin"] }
    world.emulator.control({
      action: "update-user",
      username: "bob@contoso.example",
      changes: { roles },
    })
    expect((await azure.refresh(tokens, scopes)).identity.roles).toEqual(["Tools.Admin"])
  })

  it("keys that are rotated meanwhile are found", async () => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const { tokens, scopes } = await world.signIn(azure)
    world.clock.now += 6 * 60_000
    world.emulator.control({ action: "rotate-keys" })
    await expect(azure.refresh(tokens, scopes)).resolves.toBeDefined()
  })
})
