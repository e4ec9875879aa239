/**
 * Runs the image of `deploy/Dockerfile` as it is meant to be run (no root, read-only root file system, no
 * capabilities, no new privileges), has the test client sign in through it against the emulator, and
 * prints what it found: `pnpm check:image [image]`.
 *
 * `CONTAINERS` is the command line of docker or podman. The default is for podman as root on a machine
 * without systemd, with images in the vfs storage, as `deploy/build-image.sh` leaves them.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { defaultApp, defaultTenant, serveEntraEmulator } from "@doorward/entra-emulator"
import { headlessSignIn, runFlow } from "@doorward/test-client"
import { z } from "zod"
import { freePort } from "./dev/ports.ts"
import { run } from "./packing/run.ts"

const [image = "localhost/doorward"] = process.argv.slice(2)
const [command = "", ...commandFlags] = (
  process.env.CONTAINERS ?? "podman --storage-driver vfs --cgroup-manager cgroupfs --runtime runc"
).split(" ")
const containers = (...args: readonly string[]) =>
  run(command, [...commandFlags, ...args], process.cwd())

const hardened = [
  ...["--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--network=host"],
  // This machine may not raise its limits, and has no systemd to run the health check.
  ...["--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000", "--no-healthcheck"],
]

const none = "0000000000000000"
const insideSchema = z.object({
  uid: z.literal(10001),
  gid: z.literal(10001),
  capabilities: z.literal(none),
  capabilityBound: z.literal(none),
  noNewPrivileges: z.literal("1"),
  writable: z.tuple([z.literal("/data")]),
  tools: z.tuple([]),
})

const health = z.object({ Test: z.array(z.string()).min(2) }).optional()
/** Podman has it beside the configuration, Docker in it. */
const imageSchema = z.tuple([
  z.object({ Healthcheck: health, Config: z.object({ Healthcheck: health }) }),
])

try {
  await describeImage()
  await checkInside()
  await checkServer()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function describeImage(): Promise<void> {
  const [size, user] = (
    await containers("image", "inspect", "--format", "{{.Size}} {{.Config.User}}", image)
  ).split(" ")
  console.log(`size: ${Math.round(Number(size) / 1e6)} MB, user: ${user?.trim()}`)
}

/** What a process in it finds and may do. */
async function checkInside(): Promise<void> {
  const program = await readFile(join(import.meta.dirname, "image/look-around.ts"), "utf8")
  const node = [
    "--entrypoint=/usr/bin/node",
    image,
    "--input-type=module-typescript",
    "-e",
    program,
  ]
  const output = await containers("run", "--rm", ...hardened, ...node)
  console.log(`inside: ${output.trim()}`)
  insideSchema.parse(JSON.parse(output))
}

async function checkServer(): Promise<void> {
  const emulator = await serveEntraEmulator({ port: 0 })
  const port = await freePort()
  const url = `http://localhost:${port}`
  const environment = {
    AZURE_TENANT_ID: defaultTenant.id,
    AZURE_CLIENT_ID: defaultApp.clientId,
    AZURE_CLIENT_SECRET: defaultApp.clientSecret,
    AZURE_AUTHORITY_HOST: emulator.origin,
    AZURE_GRAPH_URL: emulator.origin,
    MCP_BASE_URL: url,
    MCP_SERVER_PORT: String(port),
  }
  const variables = Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`)
  const id = (await containers("run", "--detach", ...hardened, ...variables, image)).trim()
  try {
    await untilReady(`${url}/readyz`)
    await checkHealth(id)
    const { ok, steps } = await runFlow({ url: `${url}/mcp`, signIn: headlessSignIn() })
    if (!ok) throw new Error(`The sign-in failed: ${JSON.stringify(steps.at(-1))}`)
    console.log(`sign-in: ${steps.length} steps passed`)
    const before = performance.now()
    await containers("stop", "--time=10", id)
    const code = (await containers("inspect", "--format", "{{.State.ExitCode}}", id)).trim()
    if (code !== "0") throw new Error(`It did not stop in order: exit code ${code}`)
    console.log(`stop: exit code 0 after ${Math.round(performance.now() - before)} ms`)
  } catch (error) {
    console.error(await containers("logs", id))
    throw error
  } finally {
    await containers("rm", "--force", "--volumes", id)
    await emulator.close()
  }
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (Date.now() > deadline) throw new Error(`${url} does not answer`)
    await setTimeout(100)
  }
}

/** The image's own health check holds, and fails where no server answers. */
async function checkHealth(id: string): Promise<void> {
  const [inspected] = imageSchema.parse(JSON.parse(await containers("image", "inspect", image)))
  const [, ...words] = (inspected.Healthcheck ?? inspected.Config.Healthcheck)?.Test ?? []
  await containers("exec", id, ...words)
  const answered = await containers("exec", "--env=MCP_SERVER_PORT=1", id, ...words).then(
    () => true,
    () => false,
  )
  if (answered) throw new Error("The health check cannot fail")
  console.log("health check: holds, and fails where no server answers")
}
