import { describe, expect, test } from "vitest"
import {
  allOf,
  allowEmailDomains,
  allowGroups,
  allowPeople,
  allowRoles,
  allowTenants,
  anyOf,
} from "../../src/index.ts"
import { userIdOf } from "../../src/records/user.ts"
import { createFixture } from "../support/fixture.ts"
import { identityOf } from "../support/scripted-provider.ts"

const contoso = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
const fabrikam = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"
const person = (more: Parameters<typeof identityOf>[1]) => identityOf("alice", more)

describe("allowTenants", () => {
  const policy = allowTenants([contoso.toUpperCase()])

  test("accepts the listed tenant in any spelling", () => {
    expect(policy(person({ tenantId: contoso }))).toBeUndefined()
  })
  test.each([fabrikam, `${contoso}0`, "", undefined])("refuses %s", (tenantId) => {
    expect(policy(person(tenantId === undefined ? {} : { tenantId }))?.message).toMatch(
      /organizations/,
    )
  })
  test("accepts only tenant ids, because tokens don't contain domain names", () => {
    expect(() => allowTenants(["contoso.com"])).toThrow(/"contoso.com" is not a tenant id/)
    expect(() => allowTenants([])).toThrow(/at least one/)
  })
})

describe("allowEmailDomains", () => {
  const policy = allowEmailDomains(["Contoso.com"], { tenants: [contoso] })
  const member = (email: string) => person({ tenantId: contoso, email })
  const verified = (email: string, email_verified: unknown = true) =>
    person({ email, claims: { email_verified } })

  test("accepts an address in the domain from a trusted tenant", () => {
    expect(policy(member("alice@contoso.com"))).toBeUndefined()
    expect(policy(member("Alice.O'Neil+mcp@CONTOSO.COM"))).toBeUndefined()
  })
  test("an address that another tenant's administrator entered proves nothing", () => {
    expect(policy(person({ tenantId: fabrikam, email: "alice@contoso.com" }))?.message).toMatch(
      /domain/,
    )
    const claims = { email_verified: true }
    expect(
      policy(person({ tenantId: fabrikam, email: "alice@contoso.com", claims }))?.message,
    ).toMatch(/domain/)
  })
  test("without trusted tenants, nobody who has a tenant is accepted", () => {
    expect(allowEmailDomains(["contoso.com"])(member("alice@contoso.com"))?.message).toMatch(
      /domain/,
    )
  })
  test("for a provider without tenants, the address must be verified", () => {
    expect(policy(verified("alice@contoso.com"))).toBeUndefined()
    expect(policy(verified("alice@contoso.com", false))?.message).toMatch(/domain/)
    expect(policy(verified("alice@contoso.com", "true"))?.message).toMatch(/domain/)
    expect(policy(person({ email: "alice@contoso.com" }))?.message).toMatch(/domain/)
  })
  test.each([
    "alice@evil.example",
    "alice@sub.contoso.com",
    "alice@contoso.com.evil.example",
    "alice@contoso.com@evil.example",
    "alice@evil.example@contoso.com",
    '"alice@contoso.com"@evil.example',
    "alice@contoso.com ",
    "@contoso.com",
    "contoso.com",
    "",
  ])("refuses %j", (email) => {
    expect(policy(member(email))?.message).toMatch(/domain/)
  })
  test("a user name that looks like an address does not count", () => {
    expect(policy(person({ tenantId: contoso, username: "alice@contoso.com" }))?.message).toMatch(
      /domain/,
    )
  })
  test("an invalid domain or tenant id is a configuration error", () => {
    for (const wrong of ["", "contoso", "@contoso.com", "*.contoso.com", "contoso.com "]) {
      expect(() => allowEmailDomains([wrong])).toThrow(TypeError)
    }
    expect(() => allowEmailDomains([])).toThrow(/at least one/)
    expect(() => allowEmailDomains(["contoso.com"], { tenants: ["contoso.com"] })).toThrow(/GUID/)
    expect(() => allowEmailDomains(["contoso.com"], { tenants: [] })).toThrow(/at least one/)
  })
})

describe("allowGroups and allowRoles", () => {
  test("accept a person with one of several", () => {
    const policy = allowGroups([contoso, fabrikam.toUpperCase()])
    expect(policy(person({ groups: ["other", fabrikam] }))).toBeUndefined()
    expect(policy(person({ groups: ["other"] }))?.message).toMatch(/groups/)
    expect(policy(person({ groups: [] }))?.message).toMatch(/groups/)
  })
  test("groups that the provider does not say are not taken for none", () => {
    const { groups: _, ...unknown } = person({})
    expect(allowGroups([contoso])(unknown)).toEqual({
      message: expect.stringContaining("does not say which groups you are in"),
      rule: "groups_unknown",
    })
    const policy = allowGroups([contoso], { refusal: "Ask the help desk." })
    expect(policy(unknown)).toEqual({ message: "Ask the help desk.", rule: "groups_unknown" })
    expect(policy(person({}))).toEqual({ message: "Ask the help desk.", rule: "groups" })
  })
  test("group names that differ in case are different groups", () => {
    expect(allowGroups(["Admins"])(person({ groups: ["admins"] }))?.message).toMatch(/groups/)
  })
  test("roles match exactly", () => {
    const policy = allowRoles(["Tools.Reader", "Tools.Admin"])
    expect(policy(person({ roles: ["Tools.Admin"] }))).toBeUndefined()
    expect(policy(person({ roles: ["tools.admin"] }))?.message).toMatch(/roles/)
    expect(policy(person({ roles: [], groups: ["Tools.Admin"] }))?.message).toMatch(/roles/)
  })
  test("an empty list or entry is a configuration error", () => {
    for (const make of [allowGroups, allowRoles]) {
      expect(() => make([])).toThrow(/at least one/)
      expect(() => make([" "])).toThrow(TypeError)
    }
  })
})

describe("allowPeople", () => {
  const alice = `${contoso}.${fabrikam}`
  test("accepts the listed people, by what identifies them for good", () => {
    const policy = allowPeople([alice.toUpperCase(), "bob"])
    expect(policy(person({ subject: alice }))).toBeUndefined()
    expect(policy(person({ subject: "bob" }))).toBeUndefined()
    for (const subject of ["Bob", fabrikam, `${fabrikam}.${contoso}`, `${alice}.x`]) {
      expect(policy(person({ subject }))).toEqual({
        message: expect.stringContaining("certain people"),
        rule: "people",
      })
    }
    expect(policy(person({ subject: "x", username: "bob", email: "bob" }))?.rule).toBe("people")
  })
  test("an empty list or entry is a configuration error", () => {
    expect(() => allowPeople([])).toThrow(/at least one/)
    expect(() => allowPeople([" "])).toThrow(TypeError)
  })
})

test("each policy says which rule it is", () => {
  const nobody = person({})
  const policies = [allowTenants([contoso]), allowEmailDomains(["a.example"]), allowRoles(["x"])]
  expect(policies.map((policy) => policy(nobody)?.rule)).toEqual(["tenants", "domains", "roles"])
})

describe("combined policies", () => {
  const reader = allowRoles(["Reader"], { refusal: "no role" })
  const member = allowTenants([contoso], { refusal: "no tenant" })

  test("allOf refuses with the first refusal", () => {
    const policy = allOf(member, reader)
    expect(policy(person({ tenantId: contoso, roles: ["Reader"] }))).toBeUndefined()
    expect(policy(person({ tenantId: fabrikam, roles: ["Reader"] }))?.message).toBe("no tenant")
    expect(policy(person({ tenantId: contoso }))?.message).toBe("no role")
  })
  test("anyOf refuses only people whom all policies refuse", () => {
    const policy = anyOf(member, reader)
    expect(policy(person({ tenantId: contoso }))).toBeUndefined()
    expect(policy(person({ roles: ["Reader"] }))).toBeUndefined()
    expect(policy(person({}))?.message).toBe("no role")
  })
  test("at least one policy is required", () => {
    expect(() => allOf()).toThrow(TypeError)
    expect(() => anyOf()).toThrow(TypeError)
  })
})

test("a policy used as onSignIn refuses the person, tells the client, and nothing is issued", async () => {
  const server = createFixture({ onSignIn: allowRoles(["Reader"], { refusal: "Ask for a role." }) })
  const back = await server.authorize(await server.registerPublic())
  expect(Object.fromEntries(back)).toMatchObject({
    error: "access_denied",
    error_description: "Ask for a role.",
    state: "client-state",
  })
  expect(back.has("code")).toBe(false)
  expect(server.reasons()).toEqual(["sign_in_refused"])
  expect(server.events).toContainEqual(
    expect.objectContaining({
      type: "request.refused",
      reason: "sign_in_refused",
      detail: "roles",
      userId: await userIdOf(identityOf("alice")),
      clientId: expect.any(String),
    }),
  )
})

test.each(["no", { message: "no" }, { rule: "x" }, { message: 1, rule: "x" }, true, null, 0])(
  "onSignIn that returns %j accepts nobody",
  async (decision) => {
    const server = createFixture({ onSignIn: () => decision as never })
    const client = await server.registerPublic()
    await server.authorize(client).catch(() => undefined)
    expect(server.events.map(({ type }) => type)).not.toContain("sign_in.completed")
    expect(server.reasons()).toEqual([decision === "no" ? "sign_in_refused" : "internal_error"])
  },
)
