import { readFileSync } from "node:fs"
import { z } from "zod"

/** Everything that is wrong with the environment, one line a problem: the variable and the mend. */
export class ConfigurationProblems extends Error {
  override readonly name = "ConfigurationProblems"
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join("\n"))
    this.problems = problems
  }
}

const list = z.string().transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ""))

const isLoopback = (url: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)

const baseUrl = z.string().refine((text) => {
  const url = URL.parse(text)
  return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url))
}, "must be the https address that clients use, or http://localhost:PORT for development")

/** Whether a URL names a store of a known kind. */
export function isStoreUrl(url: string): boolean {
  return /^(memory:|sqlite:.+|rediss?(\+cluster)?:\/\/.+|postgres(ql)?:\/\/.+)/.test(url)
}

const file = (what: string) =>
  z.string().transform((path, context) => {
    try {
      return readFileSync(path)
    } catch {
      context.addIssue({
        code: "custom",
        message: `must be the path of ${what}; ${path} cannot be read`,
      })
      return z.NEVER
    }
  })

/** The environment's variables, as the server reads them. An empty one counts as absent. */
const environmentSchema = z.object({
  AZURE_TENANT_ID: z.string({
    error: "is missing; set it to the Directory (tenant) ID of the app registration",
  }),
  AZURE_CLIENT_ID: z.guid({
    error: "must be the Application (client) ID of the app registration, a GUID",
  }),
  AZURE_CLIENT_SECRET: z.string().optional(),
  AZURE_CLIENT_CERTIFICATE_PATH: file(
    "a PEM or PFX file with the certificate and its key",
  ).optional(),
  AZURE_CLIENT_CERTIFICATE_PASSWORD: z.string().optional(),
  AZURE_FEDERATED_TOKEN_FILE: z.string().optional(),
  AZURE_MANAGED_IDENTITY: z.string().optional(),
  /** Where App Service and its kin hand out managed identity tokens; they set both. */
  IDENTITY_ENDPOINT: z.url({ error: "must be a URL" }).optional(),
  IDENTITY_HEADER: z.string().optional(),
  AZURE_AUTHORITY_HOST: z
    .url({ error: "must be a URL such as https://login.microsoftonline.us" })
    .optional(),
  AZURE_GRAPH_URL: z.url({ error: "must be a URL such as https://graph.microsoft.com" }).optional(),
  AZURE_ALLOWED_TENANTS: list.optional(),
  AZURE_IDENTIFIER_URI: z.string().optional(),
  AZURE_SCOPE_FORM: z.enum(["uri", "guid"], { error: "must be uri or guid" }).optional(),
  AZURE_TOKEN_VERSION: z
    .enum(["1", "2"], { error: "must be 1 or 2" })
    .transform((version) => (version === "1" ? 1 : 2))
    .optional(),
  AZURE_ACCEPTED_AUDIENCES: list.optional(),
  MCP_BASE_URL: baseUrl.optional(),
  MCP_SERVER_HOST: z.string().default("localhost"),
  MCP_SERVER_PORT: z.coerce
    .number({ error: "must be a port number" })
    .int("must be a port number")
    .min(0, "must be a port number")
    .max(65535, "must be a port number")
    .default(8000),
  MCP_REQUIRED_SCOPES: list.default(["User.Read", "email", "openid"]),
  MCP_ADDITIONAL_SCOPES: list.default([]),
  MCP_STORE_URL: z
    .string()
    .refine(isStoreUrl, "must be memory:, sqlite:./path, redis://… or postgres://…")
    .optional(),
  MCP_ALLOWED_ORIGINS: list.optional(),
  MCP_TRUSTED_PROXIES: list.default([]),
  MCP_OPERATOR: z.string().max(100, "must have at most 100 characters").optional(),
  MCP_CONSENT: z
    .enum(["always", "remember"], { error: "must be always or remember" })
    .default("always"),
  DOORWARD_SECRET: z.string().optional(),
  DOORWARD_DATA_DIR: z.string().default(".doorward"),
  DOORWARD_LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], { error: "must be debug, info, warn or error" })
    .default("info"),
})

type Environment = z.output<typeof environmentSchema>

/** The server's configuration. */
export interface Configuration extends Omit<Environment, "MCP_BASE_URL"> {
  MCP_BASE_URL: string
  /** Whether the server is for development, on this machine only. */
  loopback: boolean
}

/**
 * Reads the configuration.
 *
 * @param environment such as `process.env`.
 * @throws {ConfigurationProblems} with every mistake at once.
 */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  )
  const parsed = environmentSchema.safeParse(given)
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`)
  problems.push(...credentialProblems(given))
  if (!parsed.success) throw new ConfigurationProblems(problems)

  const { data } = parsed
  const MCP_BASE_URL = data.MCP_BASE_URL ?? `http://localhost:${data.MCP_SERVER_PORT}`
  const loopback = isLoopback(new URL(MCP_BASE_URL))
  if (!loopback && data.DOORWARD_SECRET === undefined) {
    problems.push(
      "DOORWARD_SECRET is missing; make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\"",
    )
  }
  if (
    data.MCP_BASE_URL === undefined &&
    !["localhost", "127.0.0.1", "::1"].includes(data.MCP_SERVER_HOST)
  ) {
    problems.push("MCP_BASE_URL is missing; set it to the https address that clients use")
  }
  if (problems.length > 0) throw new ConfigurationProblems(problems)
  return { ...data, MCP_BASE_URL, loopback }
}

const credentials = [
  "AZURE_CLIENT_SECRET",
  "AZURE_CLIENT_CERTIFICATE_PATH",
  "AZURE_FEDERATED_TOKEN_FILE",
  "AZURE_MANAGED_IDENTITY",
]

/** One credential, as Azure Identity's names have it. None would make a public client by accident. */
function credentialProblems(given: Record<string, string | undefined>): string[] {
  const set = credentials.filter((name) => given[name] !== undefined)
  if (set.length === 1) return []
  if (set.length > 1) return [`${set[1]} is set beside ${set[0]}; keep one credential`]
  return [
    `AZURE_CLIENT_SECRET is missing; set it to the Value of a client secret, or set ${credentials.slice(1).join(", ")}`,
  ]
}
