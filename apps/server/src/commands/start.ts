import type { ConfigurationSource } from "../configuration/given-settings.ts"
import { startServer } from "../start.ts"
import { type Command, readArguments, sourceOf, UsageError } from "./command.ts"
import { startEmulator } from "./start-emulator.ts"

/** Starts the server, which runs until it is told to stop. */
export const start: Command = async (args, { environment, print }) => {
  const end = args.indexOf("--")
  const own = end === -1 ? args : args.slice(0, end)
  const { values } = readArguments(own, {
    upstream: { type: "string" },
    emulator: { type: "boolean" },
  })
  const source = withBackend(
    sourceOf(values),
    values.upstream,
    end === -1 ? undefined : args.slice(end + 1),
  )
  const emulator = values.emulator ? await startEmulator(environment, source) : undefined
  const server = await startServer({ ...environment, ...emulator?.settings }, source).catch(
    async (error: unknown) => {
      await emulator?.close()
      throw error
    },
  )
  print(`Doorward listens on ${server.url}`)
  for (const endpoint of server.endpoints) print(`MCP clients connect to ${endpoint}`)
  for (const line of emulator?.lines ?? []) print(line)
  const close = async () => {
    await server.close()
    await emulator?.close()
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)))
  }
  return 0
}

/** The backend that the arguments name, if they name one. */
function withBackend(
  source: ConfigurationSource,
  url: string | undefined,
  command: readonly string[] | undefined,
): ConfigurationSource {
  if (url !== undefined && command !== undefined) {
    throw new UsageError("--upstream and a command after -- cannot be combined; keep one of them")
  }
  if (command?.length === 0) throw new UsageError("-- must be followed by a command")
  if (url !== undefined) return { ...source, backend: { url } }
  return command ? { ...source, backend: { command } } : source
}
