import { parseArgs } from "node:util"
import { nearestName } from "@doorward/boundary"

export const usage = `Usage: pnpm dev [--once] [--verbose]

Starts the Entra ID emulator, the server and the test client, and signs in once.
A process starts again when its sources change. With AZURE_* set, the server
uses the real Entra ID, and starts only if "doorward doctor" finds no mistake.

  --once      take free ports, sign in once, and end; 0 if every step passed
  --verbose   print what each step of the sign-in sends and receives
  --help      print this text

Settings come from the environment, or from the file .env in the current folder.
ENTRA_EMULATOR_PORT, MCP_SERVER_PORT and TEST_CLIENT_PORT change the ports.`

export interface Arguments {
  once: boolean
  verbose: boolean
  help: boolean
}

const flags = {
  once: { type: "boolean" },
  verbose: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const

/** Reads the command line; the strings are what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments | readonly string[] {
  const options = { args: [...args], options: flags, strict: false, allowPositionals: true }
  const { tokens, values } = parseArgs({ ...options, tokens: true })
  const problems = tokens.flatMap((token) => {
    if (token.kind === "positional") return [unknown(token.value)]
    if (token.kind !== "option") return []
    if (!(token.name in flags)) return [unknown(token.rawName)]
    return token.value === undefined ? [] : [`${token.rawName} takes no value.`]
  })
  if (problems.length > 0) return problems
  const isSet = (name: keyof Arguments) => values[name] === true
  return { once: isSet("once"), verbose: isSet("verbose"), help: isSet("help") }
}

function unknown(argument: string): string {
  const nearest = nearestName(
    argument,
    Object.keys(flags).map((name) => `--${name}`),
  )
  return `${argument} is not an option${nearest === undefined ? "." : `; did you mean ${nearest}?`}`
}
