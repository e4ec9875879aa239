import { headlessBrowser } from "@doorward/headless-browser"
import { describe, expect, it } from "vitest"
import { memoryStore, type Store } from "../../src/index.ts"
import { createFixture, redirectUri } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

const old = Buffer.alloc(32, 1).toString("base64url")
const fresh = Buffer.alloc(32, 2).toString("base64url")
const unknown = Buffer.alloc(32, 3).toString("base64url")

/** One store and clock, with a server for each configuration of the secret. */
function deployments() {
  let time = Date.UTC(2026, 0, 1)
  const store = memoryStore({ now: () => time })
  return {
    store,
    advance(milliseconds: number) {
      time += milliseconds
    },
    deploy: (secret: string | string[]): Fixture =>
      createFixture({ store, secret, now: () => time }),
  }
}

async function contents(store: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const key of store.scan("")) {
    found.set(key, Buffer.from((await store.get(key)) ?? []).toString("hex"))
  }
  return found
}

describe("rotating DOORWARD_SECRET does not sign anybody out", () => {
  it("old, then old,new, then new,old, then new", async () => {
    const { store, deploy } = deployments()
    const first = deploy(old)
    const { clientId, tokens } = await first.signIn()
    // Another client and grant, which nobody uses during the rotation.
    const idle = await first.signIn({}, "bob")

    let token = tokens.refresh_token
    for (const secret of [`${old},${fresh}`, `${fresh},${old}`]) {
      const server = deploy(secret)
      await server.verify(tokens.access_token)
      const { status, body } = await server.refresh(clientId, token)
      expect(status).toBe(200)
      token = body.refresh_token
    }

    const before = await contents(store)
    const { resealed, unreadable } = await deploy(`${fresh},${old}`).proxy.resealRecords()
    expect(resealed).toBeGreaterThan(0)
    expect(unreadable).toBe(0)
    expect([...(await contents(store)).keys()].sort()).toEqual([...before.keys()].sort())
    expect(await deploy(`${fresh},${old}`).proxy.resealRecords()).toEqual({
      resealed: 0,
      unreadable: 0,
    })

    const last = deploy(fresh)
    await last.verify(tokens.access_token)
    expect((await last.refresh(clientId, token)).status).toBe(200)
    expect((await last.refresh(idle.clientId, idle.tokens.refresh_token)).status).toBe(200)
    expect((await last.authorize(clientId)).get("code")).not.toBeNull()
    expect(last.reasons()).toEqual([])
  })

  it("a sign-in continues during a rotation: page, cookie and transaction", async () => {
    const { deploy } = deployments()
    let server = deploy(old)
    const clientId = await server.registerPublic()
    const browser = headlessBrowser({
      fetch: async (request) =>
        new URL(request.url).host === "login.test"
          ? new Response("the upstream's page")
          : server.proxy.app.request(request),
      stopAt: redirectUri,
      now: server.now,
    })
    const consent = await browser.open(server.authorizationUrl(clientId))
    server = deploy(`${old},${fresh}`)
    const upstream = await consent.submit("approve")
    server = deploy(`${fresh},${old}`)
    const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    const code = back.url.searchParams.get("code") ?? ""
    expect((await server.redeem(clientId, code)).status).toBe(200)
  })

  it("the signing keys are sealed again when they are first used", async () => {
    const { store, deploy } = deployments()
    const { tokens } = await deploy(old).signIn()
    await deploy(`${fresh},${old}`).verify(tokens.access_token)
    const keys = [...(await contents(store)).keys()].filter((key) => key.startsWith("keys:"))
    expect(keys).toHaveLength(1)
    const jwks = await deploy(fresh).request("/.well-known/jwks.json")
    expect(jwks.status).toBe(200)
  })
})

describe("a value under a secret that is not configured", () => {
  async function stranded() {
    const { store, deploy } = deployments()
    const first = deploy(old)
    const signedIn = await first.signIn()
    const pending = (await first.authorize(signedIn.clientId)).get("code") ?? ""
    return { store, deploy, server: deploy(unknown), pending, ...signedIn }
  }

  it("is 503 with an event, never invalid_grant, and is left as it is", async () => {
    const { store, server, clientId, tokens, pending } = await stranded()
    const before = await contents(store)
    const answers = [
      await server.refresh(clientId, tokens.refresh_token),
      await server.redeem(clientId, pending),
      await server.refresh(clientId, "nonsense"),
    ]
    for (const { status, body } of answers) {
      expect([status, body.error]).toEqual([503, "temporarily_unavailable"])
    }
    for (const path of [server.authorizationUrl(clientId), "/.well-known/jwks.json"]) {
      const response = await server.request(path)
      expect(response.status).toBe(503)
      expect(response.headers.get("retry-after")).toBe("5")
    }
    const revocation = await server.post("/revoke", {
      client_id: clientId,
      token: tokens.refresh_token,
    })
    expect(revocation.status).toBe(503)
    expect(new Set(server.reasons())).toEqual(new Set(["record_unreadable"]))
    expect(await contents(store)).toEqual(before)
  })

  it("makes a token impossible to check, not invalid", async () => {
    const { server, tokens } = await stranded()
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ status: 503 })
  })

  it("is not overwritten by rotating keys or resealing", async () => {
    const { store, server } = await stranded()
    const before = await contents(store)
    await expect(server.proxy.rotateKeys()).rejects.toThrow()
    const { resealed, unreadable } = await server.proxy.resealRecords()
    expect([resealed, unreadable]).toEqual([0, before.size])
    expect(await contents(store)).toEqual(before)
  })

  it("works again when the secret is back", async () => {
    const { deploy, server, clientId, tokens, pending } = await stranded()
    await server.refresh(clientId, tokens.refresh_token)
    const repaired = deploy(`${unknown},${old}`)
    expect((await repaired.refresh(clientId, tokens.refresh_token)).status).toBe(200)
    expect((await repaired.redeem(clientId, pending)).status).toBe(200)
  })
})
