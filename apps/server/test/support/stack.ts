import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  defaultApp,
  defaultApps,
  defaultTenant,
  type EntraEmulator,
} from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import { type ConfigurationSource, type RunningServer, startServer } from "../../src/index.ts"
import { serveEmulator } from "./emulator.ts"

/** The emulator and the server, each on a port of its own, as `pnpm dev` runs them. */
export interface Stack extends AsyncDisposable {
  emulator: EntraEmulator
  emulatorUrl: string
  server: RunningServer
  mcpUrl: string
  close(): Promise<void>
}

export async function startStack(
  environment: Readonly<Record<string, string>> = {},
  source: ConfigurationSource = {},
): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "doorward-test-"))
  const emulator = await serveEmulator({ apps: appsOf(environment.MCP_BASE_URL) })
  const port = await freePort()
  const variables = { ...environmentFor(emulator.url, port, folder), ...environment }
  const server = await startServer(variables, source)
  const stack: Stack = {
    emulator: emulator.emulator,
    emulatorUrl: emulator.url,
    server,
    mcpUrl: `${server.url}/mcp`,
    async close() {
      await server.close()
      await emulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: () => stack.close(),
  }
  return stack
}

/** The emulator's own apps; a server at another address has its redirect URI there, as an operator adds it. */
const appsOf = (baseUrl: string | undefined) =>
  defaultApps.map((app) =>
    baseUrl === undefined || app.clientId !== defaultApp.clientId
      ? app
      : { ...app, redirectUris: [...(app.redirectUris ?? []), `${baseUrl}/auth/callback`] },
  )

/** What `pnpm dev` sets for the server. */
export const environmentFor = (emulatorUrl: string, port: number, folder: string) => ({
  AZURE_TENANT_ID: defaultTenant.id,
  AZURE_CLIENT_ID: defaultApp.clientId,
  AZURE_CLIENT_SECRET: defaultApp.clientSecret,
  AZURE_AUTHORITY_HOST: emulatorUrl,
  AZURE_GRAPH_URL: emulatorUrl,
  MCP_SERVER_PORT: String(port),
  MCP_STORE_URL: "memory:",
  DOORWARD_DATA_DIR: folder,
  DOORWARD_LOG_LEVEL: "error",
})
