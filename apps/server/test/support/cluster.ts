import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { EntraEmulator } from "@doorward/entra-emulator"
import { serveEmulator } from "./emulator.ts"
import { type RoundRobin, roundRobin } from "./round-robin.ts"
import { prepareServer, type ServerProcess } from "./server-process.ts"
import { environmentFor } from "./stack.ts"

/** Several server processes on one store, behind a load balancer, with the emulator behind them all. */
export interface Cluster {
  /** The load balancer is what clients know as the server. */
  server: { url: string }
  mcpUrl: string
  balancer: RoundRobin
  /** The processes, each by its own URL. */
  instances: readonly { url: string }[]
  environment: Readonly<Record<string, string>>
  emulator: EntraEmulator
  /** How many refresh tokens were redeemed at Entra's token endpoint. */
  upstreamRefreshes(): number
  /** Moves every clock, that of Entra ID too, by milliseconds. */
  advanceClocks(milliseconds: number): Promise<void>
  close(): Promise<void>
}

export async function startCluster(options: {
  size: number
  storeUrl: string
  /** Further variables for every process. */
  environment?: Readonly<Record<string, string>>
}): Promise<Cluster> {
  let ahead = 0
  const folder = mkdtempSync(join(tmpdir(), "doorward-cluster-"))
  const [emulator, balancer, ...prepared] = await Promise.all([
    serveEmulator({ now: () => Date.now() + ahead }),
    roundRobin(),
    ...Array.from({ length: options.size }, prepareServer),
  ])
  const environment = {
    ...environmentFor(emulator.url, 0, folder),
    MCP_BASE_URL: balancer.url,
    MCP_STORE_URL: options.storeUrl,
    DOORWARD_SECRET: randomBytes(32).toString("base64url"),
    ...options.environment,
  }
  const servers: ServerProcess[] = await Promise.all(
    prepared.map((process) => process.start(environment)),
  )
  balancer.targets.push(...servers.map(({ port }) => port))

  return {
    server: { url: balancer.url },
    mcpUrl: `${balancer.url}/mcp`,
    balancer,
    instances: servers.map(({ port }) => ({ url: `http://localhost:${port}` })),
    environment,
    emulator: emulator.emulator,
    upstreamRefreshes: emulator.refreshes,
    async advanceClocks(milliseconds) {
      ahead += milliseconds
      await Promise.all(servers.map((server) => server.setClockAhead(ahead)))
    },
    async close() {
      await Promise.all([
        ...prepared.map((process) => process.kill()),
        balancer.close(),
        emulator.close(),
      ])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
