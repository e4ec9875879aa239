import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { defaultApp, defaultTenant, serveEntraEmulator } from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import { stringify } from "yaml"
import type { Listening } from "./listen.ts"

const main = join(import.meta.dirname, "../../apps/server/src/main.ts")

/**
 * Runs the command `doorward` with this file, in a folder of its own, in front of the Entra emulator.
 *
 * @throws {Error} with what it printed, if it ends before it listens.
 */
export async function doorward(file: object): Promise<Listening> {
  const emulator = await serveEntraEmulator()
  const folder = mkdtempSync(join(tmpdir(), "doorward-conformance-"))
  writeFileSync(join(folder, "doorward.yaml"), stringify(file))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      AZURE_TENANT_ID: defaultTenant.id,
      AZURE_CLIENT_ID: defaultApp.clientId,
      AZURE_CLIENT_SECRET: defaultApp.clientSecret,
      AZURE_AUTHORITY_HOST: emulator.origin,
      AZURE_GRAPH_URL: emulator.origin,
      MCP_SERVER_PORT: String(port),
      MCP_STORE_URL: "memory:",
      DOORWARD_DATA_DIR: folder,
    },
  })
  const ended = once(child, "close")
  let said = ""
  const listening = new Promise<void>((resolve) => {
    const take = (chunk: string) => {
      said += chunk
      if (said.includes(url)) resolve()
    }
    child.stdout.setEncoding("utf8").on("data", take)
    child.stderr.setEncoding("utf8").on("data", take)
  })
  const early = ended.then(() => Promise.reject(new Error(`doorward ended:\n${said}`)))
  await Promise.race([listening, early])
  early.catch(() => undefined)
  return {
    url,
    async close() {
      child.kill()
      await ended
      await emulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
