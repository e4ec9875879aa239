import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { defaultTenant } from "@doorward/entra-emulator"
import { serveEmulator } from "../support/emulator.ts"
import { roundRobin } from "../support/round-robin.ts"
import { prepareServer } from "../support/server-process.ts"
import { environmentFor } from "../support/stack.ts"

/** A server process that can be killed and started again, at the same address and on the same store. */
export interface RestartableServer {
  url: string
  kill(): Promise<void>
  restart(): Promise<void>
  /** Moves its clock and Entra's. Milliseconds. */
  advanceClocks(milliseconds: number): Promise<void>
  close(): Promise<void>
}

export async function restartableServer(
  storeUrl: string,
  usernames: readonly string[],
): Promise<RestartableServer> {
  const folder = mkdtempSync(join(tmpdir(), "doorward-restartable-"))
  let ahead = 0
  const [emulator, balancer] = await Promise.all([
    serveEmulator({ now: () => Date.now() + ahead }),
    // All requests come from one address, and none may be limited.
    roundRobin(() => `203.0.113.${Math.floor(Math.random() * 256)}`),
  ])
  for (const username of usernames) {
    const user = { id: crypto.randomUUID(), tenantId: defaultTenant.id, username, name: username }
    emulator.emulator.control({ action: "put-user", user })
  }
  const environment = {
    ...environmentFor(emulator.url, 0, folder),
    MCP_BASE_URL: balancer.url,
    MCP_STORE_URL: storeUrl,
    MCP_TRUSTED_PROXIES: "127.0.0.1 ::1",
    DOORWARD_SECRET: randomBytes(32).toString("base64url"),
  }
  // The next one is always loaded already, so that a restart is quick.
  let next = prepareServer()

  async function start() {
    const prepared = await next
    next = prepareServer()
    const started = await prepared.start(environment, ahead)
    balancer.targets[0] = started.port
    return started
  }

  let server = await start()
  return {
    url: balancer.url,
    kill: () => server.kill(),
    async restart() {
      server = await start()
    },
    async advanceClocks(milliseconds) {
      ahead += milliseconds
      await server.setClockAhead(ahead)
    },
    async close() {
      const unused = await next
      await Promise.all([server.kill(), unused.kill(), balancer.close(), emulator.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
