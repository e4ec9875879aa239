import { parseArgs } from "node:util"
import { nearestName } from "@doorward/boundary"
import type { ConfigurationSource } from "doorward"

export const usage = `Usage: pnpm dev [--once] [--verbose] [--upstream <url>]
       pnpm dev [--once] [--verbose] -- <command>

Starts the Entra ID emulator, the server and the test client, and signs in once.
A process starts again when its sources change. With AZURE_* set, the server
uses the real Entra ID, and starts only if "doorward doctor" finds no mistake.

  --upstream <url>  the MCP server behind the sign-in, over HTTP
  -- <command>      the command that starts a stdio server for a caller
  --once            take free ports, sign in once and end; 0 if all steps passed
  --verbose         print what each step of the sign-in sends and receives
  --help            print this text

Without a server of your own, example tools are behind the sign-in.

Settings come from the environment, or from the file .env in the current folder.
ENTRA_EMULATOR_PORT, MCP_SERVER_PORT and TEST_CLIENT_PORT change the ports.`

/** The MCP server behind the sign-in, in place of the example tools. */
export type Backend = ConfigurationSource["backend"]

export interface Arguments {
  once: boolean
  verbose: boolean
  help: boolean
  backend: Backend
}

const flags = {
  once: { type: "boolean" },
  verbose: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  upstream: { type: "string" },
} as const

/** Reads the command line; the strings are what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments | readonly string[] {
  const end = args.indexOf("--")
  const own = end === -1 ? args : args.slice(0, end)
  const command = end === -1 ? undefined : args.slice(end + 1)
  const options = { args: [...own], options: flags, strict: false, allowPositionals: true }
  const { tokens, values } = parseArgs({ ...options, tokens: true })
  const problems = tokens.flatMap((token) => {
    if (token.kind === "positional") return [unknown(token.value)]
    if (token.kind !== "option") return []
    if (!(token.name in flags)) return [unknown(token.rawName)]
    const hasValue = Boolean(token.value)
    if (hasValue === (token.name === "upstream")) return []
    return [`${token.rawName} ${hasValue ? "takes no value" : "needs a URL after it"}.`]
  })
  const { upstream } = values
  if (command && upstream !== undefined)
    problems.push("--upstream cannot be combined with a command after --.")
  if (command?.length === 0) problems.push("-- must be followed by a command.")
  if (command?.[0]?.startsWith("-"))
    problems.push(`${command[0]} follows --, where a command must be; options go before it.`)
  if (problems.length > 0) return problems
  const isSet = (name: keyof typeof flags) => values[name] === true
  return {
    once: isSet("once"),
    verbose: isSet("verbose"),
    help: isSet("help"),
    backend: command ? { command } : typeof upstream === "string" ? { url: upstream } : undefined,
  }
}

function unknown(argument: string): string {
  const nearest = nearestName(
    argument,
    Object.keys(flags).map((name) => `--${name}`),
  )
  return `${argument} is not an option${nearest === undefined ? "." : `; did you mean ${nearest}?`}`
}
