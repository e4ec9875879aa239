import { jwtVerifier, TokenError, type TokenVerifier } from "@doorward/jwt-verifier"
import type { IdentifiedToken, Principal } from "@doorward/oauth-core"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { describe, expect, test, vi } from "vitest"
import { type Policy, type PolicyRule, protectMcp } from "../src/index.ts"
import { bearer, challengeOf, endpoint, toolCall } from "./support/endpoint.ts"
import { proxyOf, RESOURCE, verifierFor } from "./support/issuer.ts"

/** An authorization server that signs in its own way. */
async function otherIssuer(issuer: string, alg: "RS256" | "EdDSA", typ: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg }] }
  const verifier = jwtVerifier({ issuer, audience: RESOURCE, jwks, algorithms: [alg], typ })
  const now = Math.floor(Date.now() / 1000)
  const sign = (claims: Record<string, unknown> = {}) =>
    new SignJWT({ iss: issuer, sub: "alice", aud: RESOURCE, iat: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg, typ, kid: "k1" })
      .sign(privateKey)
  const headers = async (claims?: Record<string, unknown>) => ({
    authorization: `Bearer ${await sign(claims)}`,
  })
  return { issuer, verifier, headers }
}

const machines = await otherIssuer("https://machines.example", "RS256", "JWT")
const partners = await otherIssuer("https://partners.example", "EdDSA", "at+jwt")
const json = toolCall("ruled")

/** A verifier that knows who is behind a token, as that of Entra ID does. */
function identifying(principal: Principal): TokenVerifier {
  return {
    verify: async (token): Promise<IdentifiedToken> => ({
      ...(await machines.verifier.verify(token)),
      principal,
    }),
  }
}

describe("tokens of other issuers", () => {
  test.each([[[machines, partners]], [[partners, machines]]])(
    "are accepted beside the proxy's, in any order",
    async (issuers) => {
      const alsoAccept = issuers.map(({ verifier }) => verifier)
      const { send, served } = endpoint({ alsoAccept })
      const all = [await bearer(), await machines.headers(), await partners.headers()]
      for (const headers of all) expect((await send({ json, headers })).status).toBe(200)
      expect(served.map(({ authInfo }) => authInfo.extra.foreignIssuer)).toEqual([
        undefined,
        machines.issuer,
        partners.issuer,
      ])
      expect(served.map(({ authInfo }) => authInfo.extra.principal?.type)).toEqual([
        "person",
        undefined,
        undefined,
      ])
    },
  )

  test("do not change the metadata, nor what a 401 asks for", async () => {
    const { send, app } = endpoint({ alsoAccept: [machines.verifier] })
    const metadata = await app.request("/.well-known/oauth-protected-resource/mcp")
    expect(await metadata.json()).toMatchObject({ authorization_servers: [proxyOf().issuer] })
    expect(challengeOf(await send({ json }))).toMatchObject({ scope: "mcp.read mcp.write" })
  })

  test("are refused without alsoAccept, for another audience, and forged", async () => {
    const alone = endpoint()
    expect((await alone.send({ json, headers: await machines.headers() })).status).toBe(401)
    expect(alone.refusals).toMatchObject([{ reason: "wrong_issuer" }])

    const { send, refusals } = endpoint({ alsoAccept: [machines.verifier] })
    const forged = await otherIssuer(machines.issuer, "RS256", "JWT")
    const refused = [
      await machines.headers({ aud: "https://elsewhere.example/mcp" }),
      await machines.headers({ exp: 1 }),
      await forged.headers(),
      await partners.headers(),
      { authorization: "Bearer opaque" },
    ]
    for (const headers of refused) expect((await send({ json, headers })).status).toBe(401)
    expect(refusals.map(({ reason }) => reason)).toEqual([
      "wrong_audience",
      "expired",
      "bad_signature",
      "wrong_issuer",
      "malformed",
    ])
  })

  test("the resource's own tokens never go to another verifier, not even when they were revoked", async () => {
    const verify = vi.fn(machines.verifier.verify)
    const proxy = proxyOf()
    const revoked = new TokenError("inactive", "The token was revoked.")
    const refusing = {
      ...proxy,
      tokenVerifier: () => ({
        async verify(token: string) {
          await verifierFor().verify(token)
          throw revoked
        },
      }),
    }
    const { send, refusals } = endpoint({ proxy: refusing, alsoAccept: [{ verify }] })
    expect((await send({ json, headers: await bearer() })).status).toBe(401)
    expect(refusals).toMatchObject([{ reason: "inactive" }])
    expect(verify).not.toHaveBeenCalled()
  })

  test("need a proxy, and verifiers", () => {
    const options = (more: object) => ({ path: "/mcp", serve: () => new Response(), ...more })
    const app = endpoint().app
    const direct = {
      resource: RESOURCE,
      verifier: verifierFor(),
      authorizationServers: ["https://auth.example"],
      alsoAccept: [machines.verifier],
    }
    expect(() => protectMcp(app, options(direct) as never)).toThrow(/alsoAccept needs proxy/)
    const wrong = { proxy: proxyOf(), alsoAccept: [{}] }
    expect(() => protectMcp(app, options(wrong) as never)).toThrow(/alsoAccept/)
  })
})

describe("a rule about a token of another issuer", () => {
  const claims = {
    client_id: "c-1",
    roles: ["Admin"],
    groups: ["g-1"],
    tid: "t-1",
    oid: "o-1",
  }
  async function statusFor(rule: PolicyRule): Promise<number> {
    const policy: Policy = { tools: { ruled: rule } }
    const { send } = endpoint({ policy, alsoAccept: [machines.verifier] })
    return (await send({ json, headers: await machines.headers(claims) })).status
  }

  test.each<PolicyRule>([
    { roles: ["Admin"] },
    { groups: ["g-1"] },
    { tenants: ["t-1"] },
    { people: ["alice"] },
    { people: ["t-1.o-1"] },
    { clients: ["c-1"] },
    { callers: ["person", "app", "agent"] },
  ])("%j is not met by what that issuer says", async (rule) => {
    expect(await statusFor(rule)).toBe(403)
  })

  test.each<PolicyRule>([
    { roles: ["https://machines.example#Admin"] },
    { groups: ["https://machines.example#g-1"] },
    { tenants: ["https://machines.example#t-1"] },
    { people: ["https://machines.example#alice"] },
    { clients: ["https://machines.example#c-1"] },
    { scopes: [] as never, when: ({ principal }) => principal === undefined },
  ])("%j names its issuer", async ({ scopes: _, ...rule }) => {
    expect(await statusFor(rule)).toBe(200)
  })

  test("another issuer cannot spell that name itself", async () => {
    const rule = { roles: ["https://machines.example#Admin"] }
    const policy: Policy = { tools: { ruled: rule } }
    const { send } = endpoint({ policy, alsoAccept: [partners.verifier, machines.verifier] })
    const headers = await partners.headers({ roles: ["https://machines.example#Admin"] })
    expect((await send({ json, headers })).status).toBe(403)
  })
})

describe("a caller without a person", () => {
  const tenant = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
  const blueprint = "30cf4c22-9985-4ef7-8756-91cc888176bd"
  const identity = {
    issuer: "https://login.example",
    subject: `${tenant}.o-1`,
    tenantId: tenant,
    roles: ["Tools.Reader"],
    claims: {},
  }
  const app: Principal = { type: "app", identity }
  const agent: Principal = {
    type: "agent",
    identity,
    agent: { id: "agent-1", blueprintId: blueprint },
  }

  async function call(principal: Principal, rule: PolicyRule) {
    const { send, served, refusals } = endpoint({
      policy: { tools: { ruled: rule } },
      alsoAccept: [identifying(principal)],
    })
    const { status } = await send({ json, headers: await machines.headers({ client_id: "c-1" }) })
    return { status, reason: refusals[0]?.reason, served }
  }

  test("is known to tools by what it is", async () => {
    const { served } = await call(agent, {})
    expect(served[0]?.authInfo.extra).toMatchObject({ principal: agent })
    expect(served[0]?.authInfo.extra).not.toHaveProperty("foreignIssuer")
    expect(served[0]?.authInfo.extra).not.toHaveProperty("identity")
  })

  test.each<[string, Principal, PolicyRule, string | undefined]>([
    ["an application by its role", app, { roles: ["Tools.Reader"] }, undefined],
    ["an application of a tenant in any case", app, { tenants: [tenant.toUpperCase()] }, undefined],
    [
      "a role is no id, whatever it looks like",
      { type: "app", identity: { ...identity, roles: [tenant] } },
      { roles: [tenant.toUpperCase()] },
      "missing_role",
    ],
    ["an application where such may call", app, { callers: ["person", "app"] }, undefined],
    ["an application where people may call", app, { callers: ["person"] }, "caller_not_allowed"],
    ["an application is no person", app, { people: [identity.subject] }, "person_not_allowed"],
    ["an application has no known groups", app, { groups: ["g-1"] }, "groups_unknown"],
    ["an agent by its blueprint", agent, { clients: [blueprint] }, undefined],
    ["an agent by its own id", agent, { clients: ["agent-1"] }, undefined],
    ["an agent of another blueprint", agent, { clients: [tenant] }, "client_not_allowed"],
    ["an agent is no application", agent, { callers: ["app"] }, "caller_not_allowed"],
  ])("%s", async (_, principal, rule, reason) => {
    expect(await call(principal, rule)).toMatchObject({ status: reason ? 403 : 200, reason })
  })

  test("a person of the proxy is one", async () => {
    const { send } = endpoint({ policy: { tools: { ruled: { callers: ["person"] } } } })
    expect((await send({ json, headers: await bearer() })).status).toBe(200)
  })
})
