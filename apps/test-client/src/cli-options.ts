import { parseArgs } from "node:util"
import { nearestName } from "@doorward/boundary"
import { isLoopbackUrl } from "./sign-in/system-browser.ts"

export const USAGE = `Usage: doorward-test-client <mcp-url> [options]
       doorward-test-client [<mcp-url>] --web [--port 8400]

Signs in to an MCP server as its clients do, shows each step, and checks what the server owes its
clients. The exit code is 0 if no step failed, 1 if one did, and 2 for a mistake in the options.

  --headless                  drive the pages of the sign-in instead of opening a browser
  --user <name>               with --headless: whom to sign in as
  --era modern|legacy         make the calls with the SDK's 2.x or 1.x client (default: legacy)
  --tool <name>               the tool to call (default: whoami, else one without arguments)
  --scope <scopes>            scopes to ask for, instead of those that the server names
  --client-id <id>            a client that was registered beforehand
  --client-secret <secret>    its secret; better set the variable DOORWARD_CLIENT_SECRET
  --client-metadata-url <url> the client's ID metadata document
  --redirect-uri <url>        where the sign-in ends, a URL on this machine
                              (default: http://127.0.0.1:<port>/callback)
  --port <port>               the port to listen on (default: a free one)
  --timeout <seconds>         for each request (default: 30); for the sign-in ten times as long
  --json                      one JSON document instead of text
  --web                       show the flow on a page in the browser
  --help                      print this text`

export interface CliOptions {
  url: URL | undefined
  mode: "headless" | "browser" | "web" | "help"
  json: boolean
  user: string | undefined
  era: "legacy" | "modern"
  tool: string | undefined
  scope: string | undefined
  clientId: string | undefined
  clientSecret: string | undefined
  clientMetadataUrl: string | undefined
  redirectUri: string | undefined
  port: number
  /** Milliseconds. */
  timeout: number
}

/** A mistake in the options; the message names the option. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

/** @throws {UsageError} */
export function parseCliOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): CliOptions {
  const { values, positionals } = parse(args)
  const { era = "legacy", headless, web, help } = values
  if (era !== "legacy" && era !== "modern") {
    throw new UsageError("--era must be modern or legacy")
  }
  if (positionals.length > 1) {
    throw new UsageError(`give one URL only, not ${positionals.join(" ")}`)
  }
  const mode = help ? "help" : web ? "web" : headless ? "headless" : "browser"
  const [given] = positionals
  if (given === undefined && (mode === "headless" || mode === "browser")) {
    throw new UsageError("the URL of an MCP server is missing")
  }
  const port = wholeNumber("--port", values.port ?? "0", 65_535)
  const redirectUri = values["redirect-uri"]
  if (mode === "browser" && redirectUri !== undefined && !isLoopbackUrl(redirectUri)) {
    throw new UsageError(
      `--redirect-uri must be an http URL on this machine, where the browser can come back to: ${redirectUri}`,
    )
  }
  return {
    url: given === undefined ? undefined : webUrl("the address of the MCP server", given),
    mode,
    json: values.json ?? false,
    user: values.user,
    era,
    tool: values.tool,
    scope: values.scope,
    clientId: values["client-id"],
    clientSecret: values["client-secret"] ?? environment.DOORWARD_CLIENT_SECRET,
    clientMetadataUrl: values["client-metadata-url"],
    redirectUri: redirectUri && webUrl("--redirect-uri", redirectUri).href,
    port,
    timeout: wholeNumber("--timeout", values.timeout ?? "30", 86_400) * 1000,
  }
}

const flags = {
  headless: { type: "boolean" },
  web: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  user: { type: "string" },
  era: { type: "string" },
  tool: { type: "string" },
  scope: { type: "string" },
  "client-id": { type: "string" },
  "client-secret": { type: "string" },
  "client-metadata-url": { type: "string" },
  "redirect-uri": { type: "string" },
  port: { type: "string" },
  timeout: { type: "string" },
} as const

function parse(args: readonly string[]) {
  refuseUnknownFlags(args)
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: flags })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** @throws {UsageError} with a line for each, and the nearest known one. */
function refuseUnknownFlags(args: readonly string[]): void {
  const { tokens } = parseArgs({ args: [...args], options: flags, strict: false, tokens: true })
  const lines = tokens.flatMap((token) => {
    if (token.kind !== "option" || token.name in flags) return []
    const nearest = nearestName(token.name, Object.keys(flags))
    const advice = nearest === undefined ? "" : `; did you mean --${nearest}?`
    return [`${token.rawName} is not an option${advice}`]
  })
  if (lines.length > 0) throw new UsageError(lines.join("\n"))
}

function webUrl(what: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${what} must be an http or https URL, not ${text}`)
  }
  return url
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > max) {
    throw new UsageError(`${name} must be a whole number of at most ${max}, not ${text}`)
  }
  return number
}
