/** Installs the server for production with `deploy.ts`, and checks that it starts, answers and stops. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { run } from "./packing/run.ts"

const repository = join(import.meta.dirname, "..")
const folder = await mkdtemp(join(tmpdir(), "doorward-deploy-"))
try {
  await run("node", ["scripts/deploy.ts", folder], repository)
  await checkServer()
  console.log("The server starts from an installation for production")
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true })
}

async function checkServer(): Promise<void> {
  const environment = {
    AZURE_TENANT_ID: "00000000-0000-0000-0000-000000000000",
    AZURE_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
    AZURE_CLIENT_SECRET: "unused",
    MCP_SERVER_PORT: "0",
    MCP_STORE_URL: "sqlite:records.db",
  }
  const server = spawn(process.execPath, [join(folder, "dist/main.js")], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const exit = once(server, "exit")
  const printed: string[] = []
  server.stderr.on("data", (text) => printed.push(String(text)))
  const port = await startedPort(createInterface(server.stdout), printed)
  const response = await fetch(`http://localhost:${port}/readyz`)
  if (!response.ok) throw new Error(`/readyz answered ${response.status}`)
  server.kill("SIGTERM")
  const [code] = await exit
  if (code !== 0) throw new Error(`The server did not stop in order: exit code ${code}`)
}

/** The port in the log's line about the start. */
async function startedPort(
  lines: AsyncIterable<string>,
  errors: readonly string[],
): Promise<number> {
  for await (const line of lines) {
    const { msg, port } = line.startsWith("{") ? JSON.parse(line) : {}
    if (msg === "server.started") return Number(port)
  }
  throw new Error(`The server did not start:\n${errors.join("")}`)
}
