import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { freePort } from "@doorward/test-support/free-port"
import { vi } from "vitest"

const program = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/server-everything/dist/index.js",
)

/** The command that starts the reference server, which knows nothing of Doorward, over stdio. */
export const stdioCommand: readonly string[] = [process.execPath, program, "stdio"]

/** The reference server in a process of its own, over HTTP. */
export async function referenceServer(): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort()
  const child: ChildProcess = spawn(process.execPath, [program, "streamableHttp"], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: "ignore",
  })
  const url = `http://127.0.0.1:${port}/mcp`
  await vi.waitFor(() => fetch(url), { timeout: 30_000 })
  return {
    url,
    async close() {
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    },
  }
}
