import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ownPostgres, postgresServerAtHand } from "@doorward/test-support/own-postgres"
import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { baseUrl, startInstances } from "./instances.ts"
import { signer } from "./signer.ts"

/** A store that processes can share, and how to remove it. */
interface SharedStore {
  url: string
  dispose(): Promise<void> | void
}

const idp = await signer("oauth-id-jag+jwt")
const job = await signer("JWT")
const options = {
  deviceAuthorization: true,
  dpop: "optional" as const,
  clients: [
    { clientId: "job", jwks: job.jwks, clientCredentials: {} },
    { clientId: "tv", redirectUris: ["https://tv.example.com/callback"] },
  ],
  identityAssertionIssuers: [{ issuer: "https://idp.example.org", jwks: idp.jwks }],
}
const jobAssertion = async () => ({
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: await job.sign({ iss: "job", sub: "job", aud: baseUrl }),
})

const stores: { name: string; atHand: boolean; open(): Promise<SharedStore> }[] = [
  {
    name: "SQLite",
    atHand: true,
    async open() {
      const folder = mkdtempSync(join(tmpdir(), "doorward-instances-"))
      return {
        url: `sqlite:${join(folder, "doorward.db")}`,
        dispose: () => rmSync(folder, { recursive: true }),
      }
    },
  },
  {
    name: "Redis",
    atHand: redisServerAtHand,
    async open() {
      const redis = await ownRedis([])
      return { url: `redis://127.0.0.1:${redis.port}`, dispose: () => redis.dispose() }
    },
  },
  {
    name: "PostgreSQL",
    atHand: postgresServerAtHand,
    async open() {
      const postgres = await ownPostgres()
      const url = `postgres://root@127.0.0.1:${postgres.port}/postgres`
      return { url, dispose: () => postgres.dispose() }
    },
  },
]

for (const { name, atHand, open } of stores) {
  describe.skipIf(!atHand)(`three processes on one store: ${name}`, () => {
    let store: SharedStore
    let server: Awaited<ReturnType<typeof startInstances>>
    let clientId: string

    beforeAll(async () => {
      store = await open()
      server = await startInstances(store.url, 3, options)
      clientId = await server.register()
    })
    afterAll(async () => {
      await server?.close()
      await store?.dispose()
    })

    const signIn = async () =>
      (await server.redeem(clientId, await server.authorize(clientId))).body
    const atOnce = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 100 }, ask))

    test("of 100 parallel redemptions of one code one succeeds, and the grant has ended", async () => {
      const code = await server.authorize(clientId)
      const answers = await atOnce(() => server.redeem(clientId, code))
      const won = answers.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      const lost = answers.filter(({ status }) => status !== 200)
      expect(new Set(lost.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
        new Set(["400 invalid_grant"]),
      )
      const { access_token, refresh_token } = won[0]!.body
      expect(await server.isActive(access_token)).toBe(false)
      expect((await server.refresh(clientId, refresh_token)).body.error).toBe("invalid_grant")
    })

    test("of 100 parallel uses of one client assertion one succeeds", async () => {
      const form = { grant_type: "client_credentials", ...(await jobAssertion()) }
      const answers = await atOnce(() => server.token(form))
      const [won, another] = answers.filter(({ status }) => status === 200)
      expect(another).toBeUndefined()
      expect(await server.isActive(won?.body.access_token ?? "")).toBe(true)
      const lost = answers.filter(({ status }) => status !== 200)
      expect(new Set(lost.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
        new Set(["401 invalid_client"]),
      )
    })

    test("of 100 parallel redemptions of one ID-JAG one succeeds", async () => {
      const assertion = await idp.sign({
        iss: "https://idp.example.org",
        sub: "ada",
        aud: baseUrl,
        client_id: "job",
        resource: `${baseUrl}/mcp`,
      })
      const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer"
      const answers = await atOnce(async () =>
        server.token({ grant_type, assertion, ...(await jobAssertion()) }),
      )
      const [won, another] = answers.filter(({ status }) => status === 200)
      expect(another).toBeUndefined()
      expect(await server.isActive(won?.body.access_token ?? "")).toBe(true)
      const lost = answers.filter(({ status }) => status !== 200)
      expect(new Set(lost.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
        new Set(["400 invalid_grant"]),
      )
    })

    test("of 100 parallel requests with one DPoP proof one succeeds", async () => {
      const { privateKey, publicKey } = await generateKeyPair("ES256")
      const claims = {
        htm: "POST",
        htu: `${baseUrl}/token`,
        jti: "1",
        nonce: await server.dpopNonce(),
      }
      const dpop = await new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: await exportJWK(publicKey) })
        .setIssuedAt()
        .sign(privateKey)
      const answers = await atOnce(async () => {
        const form = { grant_type: "client_credentials", ...(await jobAssertion()) }
        return server.token(form, { dpop })
      })
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const lost = answers.filter(({ status }) => status !== 200)
      expect(new Set(lost.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
        new Set(["400 invalid_dpop_proof"]),
      )
    })

    test("of 100 parallel polls of one approved device one gets tokens, and they work", async () => {
      const { userCode, form } = await server.startDevice("tv")
      await server.approveDevice(userCode)
      const answers = await atOnce(() => server.token(form))
      const [won, another] = answers.filter(({ status }) => status === 200)
      expect(another).toBeUndefined()
      expect(await server.isActive(won?.body.access_token ?? "")).toBe(true)
      const lost = answers.filter(({ status }) => status !== 200)
      expect(new Set(lost.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
        new Set(["400 invalid_grant"]),
      )
    })

    test("100 parallel refreshes of one token give all the same successor, and ask upstream once", async () => {
      const { refresh_token } = await signIn()
      await server.tellAll({ advance: 10 * 60_000 })
      const before = server.upstreamRefreshes()
      const answers = await atOnce(() => server.refresh(clientId, refresh_token))
      expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200))
      const successors = new Set(answers.map(({ body }) => body.refresh_token))
      expect(successors.size).toBe(1)
      expect(server.upstreamRefreshes() - before).toBe(1)

      const [successor] = successors
      expect((await server.refresh(clientId, successor ?? "")).status).toBe(200)
      expect(await server.isActive(answers[0]!.body.access_token)).toBe(true)
    })

    test("when an instance is killed while it asks upstream, another takes over and nothing is lost", async () => {
      const { access_token, refresh_token } = await signIn()
      await server.tellAll({ advance: 10 * 60_000, hang: true })
      const before = server.upstreamRefreshes()
      const dead = server.refreshAtFirst(clientId, refresh_token).catch(() => "dead")
      await expect.poll(() => server.upstreamRefreshes() - before).toBe(1)
      await server.kill()
      expect(await dead).toBe("dead")

      await server.tellAll({ advance: 15_000, hang: false })
      const { status, body } = await server.refresh(clientId, refresh_token)
      expect(status).toBe(200)
      expect(await server.isActive(access_token)).toBe(true)
      expect((await server.refresh(clientId, body.refresh_token)).status).toBe(200)
    })
  })
}
