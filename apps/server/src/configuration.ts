import { addProblem, despiteOtherProblems, isLoopbackHost, readOptions } from "@doorward/boundary"
import type { z } from "zod"
import { isBaseUrl, type Settings, settingsSchema } from "./settings.ts"
import { unknownVariables } from "./unknown-variables.ts"

/** The settings, and what follows from them. */
export interface Configuration extends Settings {
  /** The address that clients use. */
  MCP_BASE_URL: string
  /** Whether the server is for development, on this machine only. */
  loopback: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration.
 *
 * @param environment such as `process.env`.
 * @throws {ConfigurationError} with every mistake at once; a problem's `option` is the variable.
 */
export function readConfiguration(environment: Environment): Configuration {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  )
  const schema = settingsSchema.superRefine((_, context) => {
    for (const { option, message } of unknownVariables(given)) {
      addProblem(context, [option], message)
    }
    checkCredential(given, context)
    checkAddress(given, context)
  }, despiteOtherProblems)
  const settings = readOptions("doorward", schema, given)
  const MCP_BASE_URL = settings.MCP_BASE_URL ?? `http://localhost:${settings.MCP_SERVER_PORT}`
  return { ...settings, MCP_BASE_URL, loopback: isLoopbackHost(new URL(MCP_BASE_URL).hostname) }
}

const credentials = [
  "AZURE_CLIENT_SECRET",
  "AZURE_CLIENT_CERTIFICATE_PATH",
  "AZURE_FEDERATED_TOKEN_FILE",
  "AZURE_MANAGED_IDENTITY",
] as const

/** There must be exactly one credential: without any, the app would be a public client by accident. */
function checkCredential(given: Environment, context: z.core.$RefinementCtx): void {
  const [first, second] = credentials.filter((name) => given[name] !== undefined)
  if (first === undefined) {
    addProblem(
      context,
      ["AZURE_CLIENT_SECRET"],
      `is missing; set it to the Value of a client secret, or set ${credentials.slice(1).join(", ")}`,
    )
  }
  if (second !== undefined) {
    addProblem(context, [second], `is set beside ${first}; keep one credential`)
  }
}

/** A server that others can reach needs an address of its own and a secret that outlives its disk. */
function checkAddress(given: Environment, context: z.core.$RefinementCtx): void {
  const { MCP_BASE_URL: baseUrl, MCP_SERVER_HOST: host = "localhost" } = given
  if (baseUrl === undefined) {
    if (isLoopbackHost(host.includes(":") ? `[${host}]` : host)) return
    addProblem(
      context,
      ["MCP_BASE_URL"],
      "is missing; set it to the https address that clients use",
    )
    return
  }
  if (!isBaseUrl(baseUrl) || isLoopbackHost(new URL(baseUrl).hostname)) return
  if (given.DOORWARD_SECRET === undefined) {
    addProblem(
      context,
      ["DOORWARD_SECRET"],
      "is missing; make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\"",
    )
  }
}
