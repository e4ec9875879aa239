import { startServer } from "../start.ts"
import { type Command, readArguments } from "./command.ts"

/** Starts the server, which runs until it is told to stop. */
export const start: Command = async (args, { environment, print }) => {
  readArguments(args, {})
  const server = await startServer(environment)
  print(`Doorward listens on ${server.url}`)
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)))
  }
  return 0
}
