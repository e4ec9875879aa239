import { isLoopbackHost } from "@doorward/boundary"
import type { SettingsTree } from "../configuration/environment-settings.ts"
import { askCredential } from "./credential-questions.ts"
import { problemWith } from "./problem-with.ts"
import type { Ask } from "./questions.ts"

/** What was answered. */
export interface Answers {
  baseUrl: string
  /** Where to listen; none is the usual place. */
  listen: SettingsTree | undefined
  /** The app registration, with its credential. */
  entra: SettingsTree
  /** None for the example tools. */
  backend: { url: string } | { command: readonly string[] } | undefined
  /** None for the usual one. */
  store: string | undefined
  /** Whether the secret must be set: other machines can reach the server. */
  needsSecret: boolean
  /** The environment variables that the file refers to. */
  variables: readonly string[]
}

const exampleTools = "the example tools"
const sqliteFile = "an SQLite file"

/** Asks for what a server needs. Each answer is checked as the server will check it. */
export async function askSettings(ask: Ask): Promise<Answers> {
  const registration = await askRegistration(ask)
  const credential = await askCredential(ask)
  const baseUrl = await ask("The address that clients will use", "http://localhost:8000", (given) =>
    problemWith("baseUrl", { baseUrl: given }),
  )
  const server = await ask(
    "The MCP server behind it: its URL, or the command that starts it",
    exampleTools,
    problemWithServer,
  )
  const store = await ask(
    "The store: sqlite:./path, redis://… or postgres://…",
    sqliteFile,
    problemWithStore,
  )
  const needsSecret = !isLoopbackHost(new URL(baseUrl).hostname)
  return {
    baseUrl: baseUrl.replace(/\/+$/, ""),
    listen: needsSecret ? undefined : listenFor(new URL(baseUrl)),
    entra: { ...registration, ...credential.settings },
    backend: backendOf(server),
    store: store === sqliteFile ? undefined : store,
    needsSecret,
    variables: [
      ...(credential.variable === undefined ? [] : [credential.variable]),
      ...(needsSecret ? ["DOORWARD_SECRET"] : []),
    ],
  }
}

async function askRegistration(ask: Ask): Promise<SettingsTree> {
  const tenantId = await ask("Directory (tenant) ID, or organizations", undefined, (given) =>
    problemWith("entra.tenantId", { entra: { tenantId: given } }),
  )
  const problemWithTenants = (allowedTenants?: string) =>
    problemWith("entra.allowedTenants", { entra: { tenantId, allowedTenants } })
  const allowedTenants =
    problemWithTenants() === undefined
      ? undefined
      : await ask(
          "The tenants that may sign in, by their Directory (tenant) IDs, or * for any",
          undefined,
          problemWithTenants,
        )
  const clientId = await ask("Application (client) ID", undefined, (given) =>
    problemWith("entra.clientId", { entra: { clientId: given } }),
  )
  return {
    tenantId,
    ...(allowedTenants !== undefined && { allowedTenants: allowedTenants.split(/[\s,]+/) }),
    clientId,
  }
}

/** Where a server on this machine must listen for clients to find it at its address. */
function listenFor({ protocol, hostname, port }: URL): SettingsTree | undefined {
  if (protocol !== "http:") return undefined
  const host = hostname.replace(/^\[|\]$/g, "")
  const listen = {
    ...(host !== "localhost" && { host }),
    ...(port !== "8000" && { port: Number(port || "80") }),
  }
  return Object.keys(listen).length > 0 ? listen : undefined
}

const isUrl = (answer: string) => /^\w+:\/\//.test(answer)

function problemWithServer(answer: string): string | undefined {
  if (answer === exampleTools) return undefined
  if (isUrl(answer)) {
    const protocol = URL.parse(answer)?.protocol ?? ""
    return /^https?:$/.test(protocol)
      ? undefined
      : "must be a URL that begins with http:// or https://"
  }
  if (/^[\w.-]+:\d+/.test(answer)) return "looks like a URL without http:// before it"
  return /["'\\]/.test(answer)
    ? "has quotes or backslashes, but no shell reads it; answer without them, and write the command as a list into the file later"
    : undefined
}

function backendOf(answer: string): Answers["backend"] {
  if (answer === exampleTools) return undefined
  return isUrl(answer) ? { url: answer } : { command: answer.split(/\s+/) }
}

function problemWithStore(answer: string): string | undefined {
  if (answer === sqliteFile) return undefined
  const { password } = URL.parse(answer) ?? {}
  if (password) return "has a password; leave it empty, and set MCP_STORE_URL in the environment"
  return problemWith("store", { store: answer })
}
