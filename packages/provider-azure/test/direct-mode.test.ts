import {
  defaultApp,
  defaultApps,
  defaultTenant,
  multiTenantApp,
  otherTenant,
} from "@doorward/entra-emulator"
import { TokenError } from "@doorward/jwt-verifier"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { beforeAll, describe, expect, it } from "vitest"
import { type EntraTokenVerifierOptions, entraTokenVerifier } from "../src/index.ts"
import { type Entra, entra, registration } from "./entra.ts"

const { tenantId, clientId } = registration
const api = `api://${clientId}`

function verifierOf(world: Entra, options: Partial<EntraTokenVerifierOptions> = {}) {
  return entraTokenVerifier({
    tenantId,
    clientId,
    fetch: world.fetch,
    now: () => world.clock.now,
    ...options,
  })
}

async function codeOf(operation: Promise<unknown>): Promise<string> {
  const error = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TokenError) return error.code
  throw error ?? new Error("it was accepted")
}

describe("what the server's metadata says", () => {
  it("points at Entra ID, and names the scopes as a client asks for them", () => {
    const { authorizationServers, scopes } = verifierOf(entra(), {
      requireScopes: ["access_as_user"],
    })
    expect(authorizationServers).toEqual([`https://login.microsoftonline.com/${tenantId}/v2.0`])
    expect(scopes).toEqual([`${api}/access_as_user`])
  })
})

describe("a token that a client obtained from Entra ID itself", () => {
  async function personsToken(world: Entra, username?: string) {
    const azure = world.provider({ scopes: ["access_as_user", "tools.write", "email"] })
    return (await world.signIn(azure, username)).tokens.accessToken
  }

  it("is accepted, with the scopes spelled as in the metadata and the client's own id", async () => {
    const world = entra()
    const verified = await verifierOf(world).verify(await personsToken(world))
    expect(verified).toMatchObject({
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      clientId,
      scopes: [`${api}/access_as_user`, `${api}/tools.write`],
      claims: { name: "Bob Lindqvist", tid: tenantId },
    })
  })

  it("is the same object for as long as it is remembered", async () => {
    const world = entra()
    const verifier = verifierOf(world)
    const token = await personsToken(world)
    expect(await verifier.verify(token)).toBe(await verifier.verify(token))
  })

  it("needs the required scopes", async () => {
    const world = entra()
    const verifier = verifierOf(world, { requireScopes: ["access_as_user", "tools.admin"] })
    expect(await codeOf(verifier.verify(await personsToken(world)))).toBe("insufficient_scope")
  })

  it("that is an id_token is refused, although its audience is the same", async () => {
    const world = entra()
    let idToken = ""
    const azure = world.provider({
      scopes: ["access_as_user"],
      fetch: async (url, init) => {
        const response = await world.fetch(url, init)
        if (init.method === "POST") idToken = (await response.clone().json()).id_token
        return response
      },
    })
    await world.signIn(azure)
    for (const callers of [["person"], ["person", "app", "agent"]] as const) {
      expect(await codeOf(verifierOf(world, { callers }).verify(idToken))).toBe("missing_claim")
    }
  })

  it("is refused where only applications may call", async () => {
    const world = entra()
    const verifier = verifierOf(world, { callers: ["app", "agent"] })
    expect(await codeOf(verifier.verify(await personsToken(world)))).toBe("missing_claim")
  })

  it("for Graph is refused", async () => {
    const world = entra()
    const { tokens } = await world.signIn(world.provider({ scopes: ["User.Read"] }))
    expect(await codeOf(verifierOf(world).verify(tokens.accessToken))).toMatch(/^(wrong_|bad_)/)
  })

  it("of version 1.0 is refused, and the cause says how to fix it", async () => {
    const apps = defaultApps.map((app) =>
      app.clientId === clientId ? { ...app, requestedAccessTokenVersion: null } : app,
    )
    const world = entra({ apps })
    const azure = world.provider({ scopes: ["access_as_user"], tokenVersion: 1 })
    const { tokens } = await world.signIn(azure)
    const attempt = verifierOf(world).verify(tokens.accessToken)
    await expect(attempt).rejects.toMatchObject({
      code: "wrong_issuer",
      cause: { message: expect.stringContaining("requestedAccessTokenVersion") },
    })
    const verified = await verifierOf(world, { tokenVersion: 1 }).verify(tokens.accessToken)
    expect(verified.issuer).toBe(`https://sts.windows.net/${tenantId}/`)
  })

  it("of a tenant that is not allowed is refused", async () => {
    const world = entra()
    const azure = world.provider({
      tenantId: "organizations",
      allowedTenants: ["*"],
      clientId: multiTenantApp.clientId,
      clientSecret: multiTenantApp.clientSecret,
      scopes: ["access_as_user"],
    })
    const { tokens } = await world.signIn(azure, "frank@fabrikam.example")
    const options = { tenantId: "organizations", clientId: multiTenantApp.clientId }
    const strict = verifierOf(world, { ...options, allowedTenants: [tenantId] })
    expect(await codeOf(strict.verify(tokens.accessToken))).toBe("wrong_issuer")
    const open = verifierOf(world, { ...options, allowedTenants: [otherTenant.id] })
    await expect(open.verify(tokens.accessToken)).resolves.toBeDefined()
  })

  it("is checked against the tenant of a domain", async () => {
    const world = entra()
    const verifier = verifierOf(world, { tenantId: "contoso.example" })
    await expect(verifier.verify(await personsToken(world))).resolves.toBeDefined()
    const fabrikam = verifierOf(world, { tenantId: "fabrikam.example" })
    expect(await codeOf(fabrikam.verify(await personsToken(world)))).toBe("wrong_issuer")
  })

  it("can't be checked while the tenant of a domain can't be looked up", async () => {
    const world = entra()
    const token = await personsToken(world)
    world.emulator.control({
      action: "fail",
      fault: { endpoint: "discovery", status: 503, times: 1 },
    })
    const verifier = verifierOf(world, { tenantId: "contoso.example" })
    expect(await codeOf(verifier.verify(token))).toBe("unavailable")
    await expect(verifier.verify(token)).resolves.toBeDefined()
  })
})

describe("an application's own token", () => {
  const caller = "7b6d2c1e-3d04-4b7c-9a55-1f0b6f0f2a11"
  const apps = [
    ...defaultApps,
    {
      clientId: caller,
      name: "A daemon",
      tenantId: defaultTenant.id,
      secrets: ["the daemon's secret"],
      applicationPermissions: { [defaultApp.clientId]: ["Tools.Reader"] },
    },
  ]

  async function appToken(world: Entra): Promise<string> {
    const response = await world.fetch(
      `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
      {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: caller,
          client_secret: "the daemon's secret",
          scope: `${api}/.default`,
        }),
      },
    )
    return (await response.json()).access_token
  }

  it("is refused unless applications may call", async () => {
    const world = entra({ apps })
    const token = await appToken(world)
    expect(await codeOf(verifierOf(world).verify(token))).toBe("missing_claim")
    const agents = verifierOf(world, { callers: ["agent"] })
    expect(await codeOf(agents.verify(token))).toBe("missing_claim")
  })

  it("is accepted if they may, by its role and without any scope", async () => {
    const world = entra({ apps })
    const verifier = verifierOf(world, { callers: ["app"], requireScopes: ["access_as_user"] })
    const verified = await verifier.verify(await appToken(world))
    const { oid } = verified.claims
    expect(verified).toMatchObject({
      clientId: caller,
      scopes: [],
      principal: {
        type: "app",
        identity: { subject: `${tenantId}.${oid}`, tenantId, roles: ["Tools.Reader"] },
      },
    })
    expect(verified.principal.identity).not.toHaveProperty("groups")
  })

  it("is an agent's if it says so, and names the agent's blueprint", async () => {
    const blueprint = "30cf4c22-9985-4ef7-8756-91cc888176bd"
    const agents = apps.map((app) =>
      app.clientId === caller ? { ...app, agentBlueprintId: blueprint } : app,
    )
    const world = entra({ apps: agents })
    const token = await appToken(world)
    expect(await codeOf(verifierOf(world, { callers: ["app"] }).verify(token))).toBe(
      "missing_claim",
    )
    const verified = await verifierOf(world, { callers: ["agent"] }).verify(token)
    expect(verified.principal).toMatchObject({
      type: "agent",
      agent: { id: caller, blueprintId: blueprint },
      identity: { roles: ["Tools.Reader"] },
    })
  })

  it("without a role is still refused", async () => {
    const roleless = apps.map((app) =>
      app.clientId === caller ? { ...app, applicationPermissions: {} } : app,
    )
    const world = entra({ apps: roleless })
    const verifier = verifierOf(world, { callers: ["app"] })
    expect(await codeOf(verifier.verify(await appToken(world)))).toBe("missing_claim")
  })
})

describe("a token that Entra ID did not make", () => {
  const now = Date.UTC(2031, 4, 1)
  const seconds = now / 1000
  const oid = "e53ce283-246f-47be-96da-b5dff3476c9d"
  let keys: Record<"one" | "two", CryptoKeyPair>
  let served: object[]
  beforeAll(async () => {
    keys = { one: await generateKeyPair("RS256"), two: await generateKeyPair("RS256") }
    const issuer = "https://login.microsoftonline.com/{tenantid}/v2.0"
    const jwk = { ...(await exportJWK(keys.one.publicKey)), kid: "one", use: "sig", issuer }
    served = [jwk]
  })

  const good = {
    iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
    aud: clientId,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
    azp: clientId,
    oid,
    scp: "access_as_user",
    sub: "pairwise",
    tid: tenantId,
    ver: "2.0",
  }

  const sign = (
    claims: Record<string, unknown>,
    { kid = "one", typ = "JWT", key = keys.one } = {},
  ) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid, typ }).sign(key.privateKey)

  /** A verifier with Entra ID's keys served by the test; counts how often they are requested. */
  function verifierWithKeys(options: Partial<EntraTokenVerifierOptions> = {}) {
    let fetches = 0
    const clock = { now }
    let down = false
    const verifier = entraTokenVerifier({
      tenantId,
      clientId,
      ...options,
      now: () => clock.now,
      fetch: async () => {
        fetches += 1
        return down ? new Response("", { status: 503 }) : Response.json({ keys: served })
      },
    })
    return {
      verifier,
      clock,
      fetches: () => fetches,
      fail: () => {
        down = true
      },
    }
  }

  it("is accepted if nothing in it is changed, as a control", async () => {
    await expect(verifierWithKeys().verifier.verify(await sign(good))).resolves.toBeDefined()
  })

  it.each<[string, Record<string, unknown>, string]>([
    ["is from the future (nbf)", { nbf: seconds + 3600 }, "not_yet_valid"],
    ["is from the future (iat)", { iat: seconds + 3600 }, "not_yet_valid"],
    ["never expires", { exp: undefined }, "missing_claim"],
    ["has expired", { exp: seconds - 31 }, "expired"],
    ["is for another app", { aud: "00000003-0000-0000-c000-000000000000" }, "wrong_audience"],
    ["is for nobody", { aud: undefined }, "missing_claim"],
    ["is of another tenant", { tid: otherTenant.id }, "wrong_issuer"],
    ["has a tid that is no GUID", { tid: `${tenantId}/../x` }, "wrong_issuer"],
    ["has no tid", { tid: undefined }, "wrong_issuer"],
    [
      "has an issuer with a slash more",
      { iss: `https://login.microsoftonline.com/${tenantId}/v2.0/` },
      "wrong_issuer",
    ],
    [
      "has the placeholder as its issuer",
      { iss: "https://login.microsoftonline.com/{tenantid}/v2.0" },
      "wrong_issuer",
    ],
    ["has an scp that is no text", { scp: ["access_as_user"] }, "missing_claim"],
  ])("that %s", async (_, claims, code) => {
    const token = await sign({ ...good, ...claims })
    expect(await codeOf(verifierWithKeys().verifier.verify(token))).toBe(code)
  })

  const agentId = "7b6d2c1e-3d04-4b7c-9a55-1f0b6f0f2a11"
  const byAgent = { azp: agentId, xms_act_fct: "3 9 11", xms_par_app_azp: clientId }
  const anyCaller = { callers: ["person", "app", "agent"] as const }

  it.each<[string, Record<string, unknown>, object]>([
    ["an agent for a person", byAgent, { type: "person", agent: { id: agentId } }],
    [
      "an agent with a user account of its own",
      { ...byAgent, xms_sub_fct: "13 3" },
      { type: "agent", agent: { id: agentId, blueprintId: clientId } },
    ],
    ["an app whose facets are no agent's", { xms_act_fct: "1 113" }, { type: "person" }],
    ["facets that are no text", { xms_act_fct: 11 }, { type: "person" }],
  ])("is read: %s", async (_, claims, principal) => {
    const { verifier } = verifierWithKeys(anyCaller)
    const verified = await verifier.verify(await sign({ ...good, ...claims }))
    expect(verified.principal).toMatchObject(principal)
    if (verified.principal.type === "person" && claims.azp === undefined) {
      expect(verified.principal).not.toHaveProperty("agent")
    }
  })

  const appOnly = { scp: undefined, roles: ["Tools.Reader"], sub: oid }
  it.each<[string, Record<string, unknown>]>([
    ["about somebody else", { sub: "another" }],
    ["of a person", { idtyp: "user" }],
    ["without a role", { roles: [] }],
    ["with a role that is no list", { roles: "Tools.Reader" }],
    ["that names no application", { azp: undefined }],
    ["that names no object", { oid: undefined, sub: undefined }],
  ])("without a scope is no application's if it is one %s", async (_, claims) => {
    const { verifier } = verifierWithKeys(anyCaller)
    await expect(verifier.verify(await sign({ ...good, ...appOnly }))).resolves.toBeDefined()
    const token = await sign({ ...good, ...appOnly, ...claims })
    expect(await codeOf(verifier.verify(token))).toBe("missing_claim")
  })

  it("may be half a minute off by another clock", async () => {
    const token = await sign({ ...good, nbf: seconds + 29, iat: seconds + 29 })
    await expect(verifierWithKeys().verifier.verify(token)).resolves.toBeDefined()
  })

  it("is refused with another typ, algorithm or key", async () => {
    const { verifier } = verifierWithKeys()
    expect(await codeOf(verifier.verify(await sign(good, { typ: "at+jwt" })))).toBe("wrong_type")
    expect(await codeOf(verifier.verify(await sign(good, { key: keys.two })))).toBe("bad_signature")
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const unsigned = `${part({ alg: "none", typ: "JWT", kid: "one" })}.${part(good)}.`
    expect(await codeOf(verifier.verify(unsigned))).toMatch(/algorithm_not_allowed|malformed/)
  })

  it("with an unknown key does not cause a flood of requests to Entra ID", async () => {
    const { verifier, fetches } = verifierWithKeys()
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, at) => sign(good, { kid: `unknown-${at}`, key: keys.two })),
    )
    for (const token of tokens) expect(await codeOf(verifier.verify(token))).toBe("unknown_key")
    expect(fetches()).toBeLessThanOrEqual(2)
  })

  it("causes one request for the keys, however many tokens come at once", async () => {
    const { verifier, fetches } = verifierWithKeys()
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, at) => sign({ ...good, sub: `person ${at}` })),
    )
    await Promise.all(tokens.map((token) => verifier.verify(token)))
    expect(fetches()).toBe(1)
  })

  it("with a known key is accepted while Entra ID's keys can't be fetched", async () => {
    const { verifier, clock, fail } = verifierWithKeys()
    await verifier.verify(await sign(good))
    fail()
    clock.now += 61 * 60_000
    const later = clock.now / 1000
    const token = await sign({ ...good, iat: later, nbf: later, exp: later + 3600 })
    await expect(verifier.verify(token)).resolves.toBeDefined()
  })
})
