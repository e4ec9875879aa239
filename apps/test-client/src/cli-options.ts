import { parseArgs } from "node:util"

export const USAGE = `Usage: doorward-test-client <mcp-url> [options]
       doorward-test-client [<mcp-url>] --web [--port 8400]

Signs in to an MCP server as its clients do, shows each step, and checks what the server owes its
clients. Exit code 0 if every step held, 1 if one did not, 2 for a mistake in the options.

  --headless                  drive the pages of the sign-in instead of opening a browser
  --user <name>               with --headless: whom to sign in as
  --era modern|legacy         make the calls with the SDK's 2.x or 1.x client (default: legacy)
  --tool <name>               the tool to call (default: whoami, else one without arguments)
  --scope <scopes>            scopes to ask for, instead of those that the server names
  --client-id <id>            a client that was registered beforehand
  --client-secret <secret>    its secret; better in the variable DOORWARD_CLIENT_SECRET
  --client-metadata-url <url> the client's ID metadata document
  --redirect-uri <url>        the loopback URL to come back to (default: http://127.0.0.1:<port>/callback)
  --port <port>               the port to listen on (default: a free one)
  --timeout <seconds>         for each request (default: 30); for the sign-in ten times as long
  --json                      one JSON document instead of text
  --web                       show the flow on a page in the browser
  --help`

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
  if (era !== "legacy" && era !== "modern") throw new UsageError("--era is modern or legacy")
  if (positionals.length > 1) throw new UsageError(`one URL only, not ${positionals.join(" ")}`)
  const mode = help ? "help" : web ? "web" : headless ? "headless" : "browser"
  const [given] = positionals
  if (given === undefined && (mode === "headless" || mode === "browser")) {
    throw new UsageError("the URL of an MCP server is missing")
  }
  const port = wholeNumber("--port", values.port ?? "0", 65_535)
  const redirectUri = values["redirect-uri"]
  return {
    url: given === undefined ? undefined : webUrl("the MCP server", given),
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
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
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function webUrl(what: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError(`${what}: not a URL: ${text}`)
  return url
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > max) throw new UsageError(`${name}: not a number: ${text}`)
  return number
}
