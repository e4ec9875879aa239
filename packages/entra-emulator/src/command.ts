import { readFile, writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { ConfigurationError, readOptions } from "@doorward/boundary"
import { z } from "zod"
import { type ServedEmulator, serveEntraEmulator, serveOptionsSchema } from "./serve.ts"
import { type EntraEmulatorOptions, emulatorOptionsSchema } from "./state/options.ts"

const usage = `Usage: entra-emulator [--host localhost] [--port 9400] [--config file.json] [--https file.pem]

  --host    host to listen on, which must be this machine     ENTRA_EMULATOR_HOST
  --port    port to listen on; 0 takes a free one             ENTRA_EMULATOR_PORT
  --config  a JSON file with options: tenants, apps, users…   ENTRA_EMULATOR_CONFIG
  --https   serve over https, with a certificate made for     ENTRA_EMULATOR_HTTPS
            it, which is written to this file
`

/** The streams that the program writes to. */
export interface CommandOutput {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

/** The arguments or the configuration file cannot be read. */
class CommandError extends Error {
  override readonly name = "CommandError"
}

/**
 * Runs the command line program, which serves an emulator until SIGINT or SIGTERM.
 *
 * @returns the exit code: 0 after a signal, 1 if it cannot listen, 2 for wrong settings.
 */
export async function runCommand(
  args: string[],
  env: NodeJS.ProcessEnv,
  output: CommandOutput,
): Promise<number> {
  try {
    const flags = parse(args)
    if (flags.help) {
      output.stdout.write(usage)
      return 0
    }
    const settings = readSettings(flags, env)
    const emulator = settings.config === undefined ? {} : await readConfig(settings.config)
    return await serveUntilSignal({ ...settings, emulator }, output)
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof ConfigurationError)) throw error
    output.stderr.write(`${error.message}\n`)
    return 2
  }
}

const settingsSchema = z.strictObject({
  host: serveOptionsSchema.shape.host,
  port: serveOptionsSchema.shape.port,
  config: z.string().optional(),
  /** The file that the certificate is written to. */
  https: z.string().optional(),
})

type Settings = z.infer<typeof settingsSchema>

function readSettings(flags: ReturnType<typeof parse>, env: NodeJS.ProcessEnv): Settings {
  const settings = {
    host: flags.host ?? env.ENTRA_EMULATOR_HOST,
    port: Number(flags.port ?? env.ENTRA_EMULATOR_PORT ?? 9400),
    config: flags.config ?? env.ENTRA_EMULATOR_CONFIG,
    https: flags.https ?? env.ENTRA_EMULATOR_HTTPS,
  }
  return readOptions("entra-emulator", settingsSchema, settings, { optionName: variableName })
}

function variableName(option: string): string {
  return `ENTRA_EMULATOR_${option.toUpperCase()} (--${option})`
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
    }).values
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : error}\n\n${usage}`)
  }
}

async function readConfig(file: string): Promise<EntraEmulatorOptions> {
  const source = `${variableName("config")} ${file}`
  let options: unknown
  try {
    options = JSON.parse(await readFile(file, "utf8"))
  } catch (error) {
    throw new CommandError(
      `${source} cannot be read: ${error instanceof Error ? error.message : error}`,
    )
  }
  readOptions(source, emulatorOptionsSchema, options)
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
    const reason = error.code === "EADDRINUSE" ? "is in use" : `cannot be used (${error.code})`
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
