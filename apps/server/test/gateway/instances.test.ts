import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Cluster, startCluster } from "../support/cluster.ts"
import { referenceServer } from "../support/reference-server.ts"
import { signedInSdk1 } from "../support/signed-in-client.ts"

describe.skipIf(!redisServerAtHand)(
  "three instances on one Redis, in front of a server with sessions, without sticky routing",
  () => {
    let redis: Awaited<ReturnType<typeof ownRedis>>
    let server: Awaited<ReturnType<typeof referenceServer>>
    let cluster: Cluster
    beforeAll(async () => {
      ;[redis, server] = await Promise.all([ownRedis([]), referenceServer()])
      cluster = await startCluster({
        size: 3,
        storeUrl: `redis://127.0.0.1:${redis.port}`,
        environment: { DOORWARD_UPSTREAM_URL: server.url },
      })
    })
    afterAll(async () => {
      await cluster?.close()
      await Promise.all([server?.close(), redis?.dispose()])
    })

    test("every instance serves any request of a session, and nobody else's", async () => {
      const { client, transport } = await signedInSdk1(cluster.mcpUrl)
      const from = cluster.balancer.routed.length
      for (let call = 1; call <= 6; call++) {
        const message = `call ${call}`
        const answer = await client.callTool({ name: "echo", arguments: { message } })
        expect(JSON.stringify(answer.content)).toContain(message)
      }
      const targets = cluster.balancer.routed.slice(from).map(({ target }) => target)
      expect(new Set(targets)).toEqual(new Set([0, 1, 2]))

      const bob = await signedInSdk1(cluster.mcpUrl, {}, undefined, "bob@contoso.example")
      const statuses = await Promise.all(
        [1, 2, 3].map(() => statusWith(bob.accessToken, transport.sessionId ?? "")),
      )
      expect(statuses).toEqual([404, 404, 404])
      await Promise.all([client.close(), bob.client.close()])
    })

    /** What bob gets who sends alice's session id with his own token. */
    async function statusWith(accessToken: string, sessionId: string): Promise<number> {
      const response = await fetch(cluster.mcpUrl, {
        method: "POST",
        headers: {
          authorization: `Bearer ${accessToken}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-session-id": sessionId,
          "mcp-protocol-version": "2025-11-25",
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
      })
      await response.text()
      return response.status
    }
  },
)
