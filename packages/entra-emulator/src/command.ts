import { readFile, writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { z } from "zod"
import { type ServedEmulator, serveEntraEmulator } from "./serve.ts"
import { type EntraEmulatorOptions, emulatorOptionsSchema } from "./state/options.ts"

const usage = `Usage: entra-emulator [--host localhost] [--port 9400] [--config file.json] [--https file.pem]

  --host    loopback host to listen on                        ENTRA_EMULATOR_HOST
  --port    port to listen on; 0 takes a free one             ENTRA_EMULATOR_PORT
  --config  a JSON file with options: tenants, apps, users…   ENTRA_EMULATOR_CONFIG
  --https   serve over https, with a certificate made for     ENTRA_EMULATOR_HTTPS
            it that is written to this file
`

const loopback = ["localhost", "127.0.0.1", "::1"]

/** Where the program writes: the process's streams. */
export interface CommandOutput {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

/** A start that can't be: the text says why, and what to change. */
class CommandError extends Error {
  override readonly name = "CommandError"
}

/**
 * The command line program: serves an emulator until SIGINT or SIGTERM.
 *
 * @returns the exit code: 0 after a signal, 1 if it can't listen, 2 for wrong settings.
 */
export async function runCommand(
  args: string[],
  env: NodeJS.ProcessEnv,
  output: CommandOutput,
): Promise<number> {
  try {
    const settings = readSettings(args, env)
    if (settings.help) {
      output.stdout.write(usage)
      return 0
    }
    const emulator = settings.config === undefined ? {} : await readOptions(settings.config)
    return await serveUntilSignal({ ...settings, emulator }, output)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    output.stderr.write(`${error.message}\n`)
    return 2
  }
}

interface Settings {
  help: boolean
  host: string
  port: number
  config: string | undefined
  /** The file for the certificate. */
  https: string | undefined
}

function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const { values } = parse(args)
  const host = values.host ?? env.ENTRA_EMULATOR_HOST ?? "localhost"
  if (!loopback.includes(host)) {
    const names = loopback.join(", ")
    throw new CommandError(`ENTRA_EMULATOR_HOST (--host) is ${host}; it must be one of ${names}.`)
  }
  const port = Number(values.port ?? env.ENTRA_EMULATOR_PORT ?? 9400)
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new CommandError("ENTRA_EMULATOR_PORT (--port) must be a number from 0 to 65535.")
  }
  return {
    help: values.help ?? false,
    host,
    port,
    config: values.config ?? env.ENTRA_EMULATOR_CONFIG,
    https: values.https ?? env.ENTRA_EMULATOR_HTTPS,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        host: { type: "string" },
        port: { type: "string" },
        config: { type: "string" },
        https: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    })
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : error}\n\n${usage}`)
  }
}

async function readOptions(file: string): Promise<EntraEmulatorOptions> {
  const refuse = (reason: string) =>
    new CommandError(`ENTRA_EMULATOR_CONFIG (--config) ${file} can't be used: ${reason}`)
  let options: unknown
  try {
    options = JSON.parse(await readFile(file, "utf8"))
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error))
  }
  const parsed = emulatorOptionsSchema.safeParse(options)
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error))
  return options as EntraEmulatorOptions
}

async function serveUntilSignal(
  settings: Settings & { emulator: EntraEmulatorOptions },
  output: CommandOutput,
): Promise<number> {
  const { host, port, https, emulator } = settings
  let served: ServedEmulator
  try {
    served = await serveEntraEmulator({ host, port, https: https !== undefined, emulator })
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error
    const reason = error.code === "EADDRINUSE" ? "is in use" : `can't be used (${error.code})`
    output.stderr.write(
      `Port ${port} on ${host} ${reason}. Set ENTRA_EMULATOR_PORT (--port) to another.\n`,
    )
    return 1
  }
  if (https !== undefined) await writeFile(https, served.certificate ?? "")
  output.stdout.write(`entra-emulator listens on ${served.origin}\n`)
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve())
    process.once("SIGTERM", () => resolve())
  })
  await served.close()
  return 0
}
