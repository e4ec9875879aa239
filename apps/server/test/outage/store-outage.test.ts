import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { ownSchema } from "@doorward/test-support/own-schema"
import { postgresAtHand } from "@doorward/test-support/postgres-at-hand"
import { severableProxy } from "@doorward/test-support/severable-proxy"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Cluster, startCluster } from "../support/cluster.ts"
import {
  authorizationUrl,
  browser,
  callMcp,
  redeem,
  refresh,
  registerClient,
  signIn,
} from "../support/oauth-client.ts"
import { throughEntra } from "../support/person.ts"

/** A store that can go away and come back. */
interface FickleStore {
  url: string
  leave(): Promise<void>
  comeBack(): Promise<void>
  dispose(): Promise<void>
}

const lossless = ["--appendonly", "yes", "--appendfsync", "always"]

const outages: { name: string; atHand: boolean; open(): Promise<FickleStore> }[] = [
  {
    name: "Redis, killed and started again",
    atHand: redisServerAtHand,
    async open() {
      const redis = await ownRedis(lossless)
      return {
        url: `redis://127.0.0.1:${redis.port}`,
        leave: redis.kill,
        comeBack: redis.start,
        dispose: redis.dispose,
      }
    },
  },
  {
    name: "Redis, which takes requests and does not answer",
    atHand: redisServerAtHand,
    async open() {
      const redis = await ownRedis([])
      const proxy = await severableProxy({ host: "127.0.0.1", port: redis.port })
      return {
        url: `redis://127.0.0.1:${proxy.port}`,
        leave: () => proxy.begin("stalled"),
        comeBack: () => proxy.end(),
        async dispose() {
          await proxy.close()
          await redis.dispose()
        },
      }
    },
  },
  {
    name: "PostgreSQL, behind a connection that breaks",
    atHand: postgresAtHand,
    async open() {
      const schema = await ownSchema()
      const url = new URL(schema.url)
      const proxy = await severableProxy({ host: url.hostname, port: Number(url.port || 5432) })
      url.host = `127.0.0.1:${proxy.port}`
      return {
        url: url.href,
        leave: () => proxy.begin("refused"),
        comeBack: () => proxy.end(),
        async dispose() {
          await proxy.close()
          await schema.drop()
        },
      }
    },
  },
]

describe.each(outages)("a store that goes away: $name", ({ atHand, open }) => {
  describe.skipIf(!atHand)("while the server runs", () => {
    let store: FickleStore
    let served: Cluster
    beforeAll(async () => {
      store = await open()
      served = await startCluster({ size: 1, storeUrl: store.url })
    })
    afterAll(async () => {
      await served?.close()
      await store?.dispose()
    })

    const get = (path: string) =>
      fetch(`${served.server.url}${path}`, { headers: { accept: "text/html" }, redirect: "manual" })

    test("requests are told to come back, nothing is lost, and afterwards everything works", async () => {
      const signedIn = await signIn(served)
      const clientId = await registerClient(served)
      const consent = await browser().open(authorizationUrl(served, clientId))
      expect((await get("/readyz")).status).toBe(200)

      await store.leave()
      const [healthy, ready, token, registration, authorize, approval, mcp] = await Promise.all([
        get("/healthz"),
        get("/readyz"),
        refresh(served, signedIn.clientId, signedIn.refreshToken),
        fetch(`${served.server.url}/register`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ redirect_uris: ["http://127.0.0.1/callback"] }),
        }),
        fetch(authorizationUrl(served, clientId), { headers: { accept: "text/html" } }),
        consent.submit("approve"),
        fetch(served.mcpUrl, {
          method: "POST",
          headers: { authorization: `Bearer ${signedIn.accessToken}` },
          body: "{}",
        }),
      ])
      expect(healthy.status).toBe(200)
      expect(ready.status).toBe(503)
      expect(ready.headers.get("retry-after")).toBe("5")
      expect(token).toMatchObject({
        status: 503,
        retryAfter: "5",
        body: { error: "temporarily_unavailable" },
      })
      expect(registration.status).toBe(503)
      expect(registration.headers.get("retry-after")).toBe("5")
      expect(await registration.json()).toMatchObject({ error: "temporarily_unavailable" })
      for (const page of [authorize, approval]) {
        expect(page.status).toBe(503)
        expect(page.headers.get("retry-after")).toBe("5")
        const text = typeof page.text === "string" ? page.text : await page.text()
        expect(text).toContain("Please try again in a moment")
      }
      expect(mcp.status).toBe(503)
      expect(mcp.headers.get("retry-after")).toBe("5")
      expect(mcp.headers.get("www-authenticate")).toBeNull()

      await store.comeBack()
      await expect.poll(async () => (await get("/readyz")).status).toBe(200)
      expect(await callMcp(served.mcpUrl, signedIn.accessToken)).toBe(200)
      expect((await refresh(served, signedIn.clientId, signedIn.refreshToken)).status).toBe(200)
      const back = await throughEntra(await consent.submit("approve"), "alice@contoso.example")
      const code = back.url.searchParams.get("code") ?? ""
      expect((await redeem(served, clientId, code)).status).toBe(200)
    })
  })
})
