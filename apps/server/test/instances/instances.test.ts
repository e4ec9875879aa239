import { headlessSignIn, runFlow } from "@doorward/test-client"
import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { ownSchema } from "@doorward/test-support/own-schema"
import { postgresAtHand } from "@doorward/test-support/postgres-at-hand"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Cluster, startCluster } from "../support/cluster.ts"
import { callMcp, refresh, signIn } from "../support/oauth-client.ts"
import { readToken } from "../support/read-token.ts"

const minute = 60_000
const day = 24 * 60 * minute

const stores = [
  {
    name: "Redis",
    atHand: redisServerAtHand,
    async open() {
      const redis = await ownRedis([])
      return { url: `redis://127.0.0.1:${redis.port}`, close: redis.dispose }
    },
  },
  {
    name: "PostgreSQL",
    atHand: postgresAtHand,
    async open() {
      const schema = await ownSchema()
      return { url: schema.url, close: schema.drop }
    },
  },
]

describe.each(stores)("three instances on one $name", ({ atHand, open }) => {
  describe.skipIf(!atHand)("behind a load balancer", () => {
    let store: Awaited<ReturnType<typeof open>>
    let cluster: Cluster
    beforeAll(async () => {
      store = await open()
      cluster = await startCluster({ size: 3, storeUrl: store.url })
    })
    afterAll(async () => {
      await cluster?.close()
      await store?.close()
    })

    const everyInstance = <Answer>(ask: (instance: { url: string }) => Promise<Answer>) =>
      Promise.all(cluster.instances.map(ask))
    const keyIds = async ({ url }: { url: string }) => {
      const response = await fetch(`${url}/.well-known/jwks.json`)
      const { keys } = (await response.json()) as { keys: { kid: string }[] }
      return keys.map(({ kid }) => kid)
    }
    const mcpAtEach = (token: string) => everyInstance(({ url }) => callMcp(`${url}/mcp`, token))

    test.each(["legacy", "modern"] as const)(
      "the whole flow passes, with each request at another instance: %s era",
      async (era) => {
        const from = cluster.balancer.routed.length
        const result = await runFlow({
          url: cluster.mcpUrl,
          era,
          signIn: headlessSignIn({ user: "alice" }),
        })
        expect(
          result.steps.flatMap(({ id, checks, error }) => [
            ...checks
              .filter(({ held }) => !held)
              .map((check) => `${id}: ${check.id} ${check.detail}`),
            ...(error ? [`${id}: ${error}`] : []),
          ]),
        ).toEqual([])
        expect(result.ok).toBe(true)
        const routed = cluster.balancer.routed.slice(from)
        const paths = new Set(routed.map(({ path }) => path.split("?")[0]))
        for (const path of ["/register", "/authorize", "/consent", "/auth/callback", "/token"]) {
          expect(paths).toContain(path)
        }
        expect(new Set(routed.map(({ target }) => target)).size).toBe(3)
      },
    )

    test("a revocation at one takes effect on all within 5 seconds", async () => {
      const { clientId, accessToken, refreshToken } = await signIn(cluster)
      expect(await mcpAtEach(accessToken)).toEqual([200, 200, 200])
      const revoked = await fetch(`${cluster.server.url}/revoke`, {
        method: "POST",
        body: new URLSearchParams({ client_id: clientId, token: refreshToken }),
      })
      expect(revoked.status).toBe(200)
      expect((await refresh(cluster, clientId, refreshToken)).body.error).toBe("invalid_grant")
      await cluster.advanceClocks(5000)
      expect(await mcpAtEach(accessToken)).toEqual([401, 401, 401])
    })

    test("simultaneous refreshes at all of them go upstream once, with one result", async () => {
      const { clientId, refreshToken } = await signIn(cluster)
      await cluster.advanceClocks(6 * minute)
      const before = cluster.upstreamRefreshes()
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => refresh(cluster, clientId, refreshToken)),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200))
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)
      expect(cluster.upstreamRefreshes() - before).toBe(1)
    })

    test("all publish the same keys, and one of them rotates them for all", async () => {
      const [[first] = []] = await everyInstance(keyIds)
      expect(await everyInstance(keyIds)).toEqual(Array(3).fill([first]))

      await cluster.advanceClocks(29 * day)
      const published = await everyInstance(keyIds)
      const successor = published[0]?.[1]
      expect(successor).toBeDefined()
      expect(published).toEqual(Array(3).fill([first, successor]))

      const before = await signIn(cluster)
      expect(readToken(before.accessToken).header.kid).toBe(first)
      await cluster.advanceClocks(day)
      const { body } = await refresh(cluster, before.clientId, before.refreshToken)
      const accessToken = String(body.access_token)
      expect(readToken(accessToken).header.kid).toBe(successor)
      expect(await mcpAtEach(accessToken)).toEqual([200, 200, 200])
    })
  })
})
