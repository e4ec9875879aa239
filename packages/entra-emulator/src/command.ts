import { readFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { serve } from "@hono/node-server"
import { createEntraEmulator, type EntraEmulator } from "./emulator.ts"
import { type EntraEmulatorOptions, emulatorOptionsSchema } from "./options.ts"

const usage = `Usage: entra-emulator [--host localhost] [--port 9400] [--config file.json]

  --host    loopback host to listen on        (ENTRA_EMULATOR_HOST)
  --port    port to listen on                 (ENTRA_EMULATOR_PORT)
  --config  options as a JSON file            (ENTRA_EMULATOR_CONFIG)
`

const loopback = ["localhost", "127.0.0.1", "::1"]

/** The command line program: serves an emulator until SIGINT or SIGTERM. @returns the exit code. */
export async function runCommand(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const settings = await readSettings(args, env)
  if (settings.kind === "stop") {
    const stream = settings.exitCode === 0 ? process.stdout : process.stderr
    stream.write(settings.text)
    return settings.exitCode
  }
  return run(settings)
}

function run({ host, port, options }: Extract<Settings, { kind: "run" }>): Promise<number> {
  let emulator: EntraEmulator | undefined
  const fetch = (request: Request) =>
    emulator?.fetch(request) ?? new Response(null, { status: 503 })
  return new Promise((resolve) => {
    const server = serve({ fetch, hostname: host, port }, (info) => {
      const origin = `http://${host.includes(":") ? `[${host}]` : host}:${info.port}`
      emulator = createEntraEmulator({ baseUrl: origin, ...options })
      process.stdout.write(`entra-emulator listens on ${origin}\n`)
    })
    server.on("error", (error: NodeJS.ErrnoException) => {
      process.stderr.write(
        error.code === "EADDRINUSE"
          ? `Port ${port} is in use. Set ENTRA_EMULATOR_PORT (--port) to another.\n`
          : `The emulator can't listen on ${host}:${port}: ${error.code}\n`,
      )
      resolve(1)
    })
    const stop = () => {
      server.close(() => resolve(0))
      if ("closeAllConnections" in server) server.closeAllConnections()
    }
    process.once("SIGINT", stop)
    process.once("SIGTERM", stop)
  })
}

type Settings =
  | { kind: "run"; host: string; port: number; options: EntraEmulatorOptions }
  | { kind: "stop"; exitCode: number; text: string }

async function readSettings(args: string[], env: NodeJS.ProcessEnv): Promise<Settings> {
  const stop = (text: string, exitCode = 2): Settings => ({ kind: "stop", exitCode, text })
  let values: { host?: string; port?: string; config?: string; help?: boolean }
  try {
    values = parseArgs({
      args,
      options: {
        host: { type: "string" },
        port: { type: "string" },
        config: { type: "string" },
        help: { type: "boolean" },
      },
    }).values
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
  if (values.help) return stop(usage, 0)
  const host = values.host ?? env.ENTRA_EMULATOR_HOST ?? "localhost"
  if (!loopback.includes(host)) {
    return stop(`ENTRA_EMULATOR_HOST (--host) is ${host}: only ${loopback.join(", ")} will do.\n`)
  }
  const port = Number(values.port ?? env.ENTRA_EMULATOR_PORT ?? 9400)
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    return stop("ENTRA_EMULATOR_PORT (--port) must be a number from 0 to 65535.\n")
  }
  const config = values.config ?? env.ENTRA_EMULATOR_CONFIG
  if (config === undefined) return { kind: "run", host, port, options: {} }
  try {
    const options: unknown = JSON.parse(await readFile(config, "utf8"))
    emulatorOptionsSchema.parse(options)
    return { kind: "run", host, port, options: options as EntraEmulatorOptions }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return stop(`ENTRA_EMULATOR_CONFIG (--config) ${config} can't be used: ${reason}\n`)
  }
}
