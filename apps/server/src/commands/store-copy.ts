import { ConfigurationError } from "@doorward/boundary"
import { isStoreUrl } from "../configuration/schema.ts"
import { openStore } from "../open-store.ts"
import {
  type Command,
  type CommandContext,
  countOf,
  readArguments,
  sourceOf,
  UsageError,
} from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Copies the records of the configured store into another one. */
export const storeCopy: Command = async (args, context) => {
  const { positionals, values } = readArguments(args, {}, true)
  const url = storeUrlFrom(positionals, context)
  const { copied, unreadable, conflicting } = await withProxy(
    context.environment,
    sourceOf(values),
    async (proxy) => {
      const to = await openTarget(url)
      try {
        return await proxy.copyRecords(to)
      } finally {
        await to.close()
      }
    },
  )
  context.print(`Copied ${countOf(copied, "record")}.`)
  if (unreadable > 0) {
    context.print(
      `Not copied, since the secret that opens it is missing: ${countOf(unreadable, "record")}.`,
    )
  }
  if (conflicting > 0) {
    context.print(
      `Not copied, since the other store has been in use and holds another value: ${countOf(conflicting, "record")}.`,
    )
  }
  if (unreadable + conflicting > 0) return 1
  context.print(
    "Set MCP_STORE_URL, or store in the file, to the other store before the servers start again.",
  )
  return 0
}

/** A URL, or the name of the variable that holds it, which keeps a password off the command line. */
function storeUrlFrom(positionals: readonly string[], { environment }: CommandContext): string {
  const [given, ...more] = positionals
  const url = given?.includes(":") ? given : environment[given ?? ""]
  if (url === undefined || more.length > 0) {
    throw new UsageError(
      "Name the store to copy to: its URL, or the environment variable that holds it, which keeps a password off the command line.",
    )
  }
  if (isStoreUrl(url) && url !== "memory:") return url
  throw new UsageError("The store to copy to must be sqlite:./path, redis://… or postgres://…")
}

async function openTarget(url: string) {
  try {
    return await openStore(url, Date.now)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `The store to copy to cannot be used: ${reason}`
    throw new ConfigurationError("doorward", [{ option: "", message }])
  }
}
