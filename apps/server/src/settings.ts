import { readFileSync } from "node:fs"
import { addProblem, isSecureUrl } from "@doorward/boundary"
import { z } from "zod"

/** The server's settings: environment variables, by their names. An empty one counts as absent. */
export interface Settings {
  /** Directory (tenant) ID, a verified domain, or `organizations`, `common`, `consumers`. */
  AZURE_TENANT_ID: string
  /** Application (client) ID of the app registration. */
  AZURE_CLIENT_ID: string
  /** The Value of a client secret. One of the four credentials must be set. */
  AZURE_CLIENT_SECRET?: string | undefined
  /** The content of the PEM or PFX file that the variable names: a certificate and its key. */
  AZURE_CLIENT_CERTIFICATE_PATH?: Buffer<ArrayBuffer> | undefined
  /** Opens the certificate's key. */
  AZURE_CLIENT_CERTIFICATE_PASSWORD?: string | undefined
  /** Workload identity: the file with the assertion (RFC 7523). */
  AZURE_FEDERATED_TOKEN_FILE?: string | undefined
  /** `system`, or the client ID of a user-assigned managed identity. */
  AZURE_MANAGED_IDENTITY?: string | undefined
  /** Where App Service and similar hosts hand out managed identity tokens. The host sets it. */
  IDENTITY_ENDPOINT?: string | undefined
  /** What that endpoint expects in a header. The host sets it. */
  IDENTITY_HEADER?: string | undefined
  /** The cloud's sign-in host. Default: the global cloud. */
  AZURE_AUTHORITY_HOST?: string | undefined
  /** Microsoft Graph. Default: that of the cloud. */
  AZURE_GRAPH_URL?: string | undefined
  /** Which tenants may sign in under an alias such as `organizations`; `*` is any. */
  AZURE_ALLOWED_TENANTS?: string[] | undefined
  /** The Application ID URI. Default: `api://{client ID}`. */
  AZURE_IDENTIFIER_URI?: string | undefined
  /** How scopes of the app's own API are written. Default: `uri`. */
  AZURE_SCOPE_FORM?: "uri" | "guid" | undefined
  /** `requestedAccessTokenVersion` of the API's registration. Default: 2. */
  AZURE_TOKEN_VERSION?: 1 | 2 | undefined
  /** Client IDs of the API, if it has a registration of its own. Default: the client ID. */
  AZURE_ACCEPTED_AUDIENCES?: string[] | undefined
  /** The https address that clients use. Default: `http://localhost:{port}`. */
  MCP_BASE_URL?: string | undefined
  /** The host to listen on. Default: `localhost`. */
  MCP_SERVER_HOST: string
  /** The port to listen on; 0 takes a free one. Default: 8000. */
  MCP_SERVER_PORT: number
  /** What clients may ask for. Default: `User.Read email openid`. */
  MCP_REQUIRED_SCOPES: string[]
  /** What people agree to at sign-in for later calls of tools. Default: none. */
  MCP_ADDITIONAL_SCOPES: string[]
  /** Where records are kept. Default: an SQLite file in the data folder. */
  MCP_STORE_URL?: string | undefined
  /** Origins of the web pages that may call the MCP endpoint. Default: the server's own. */
  MCP_ALLOWED_ORIGINS?: string[] | undefined
  /** Addresses or CIDR ranges of the proxies whose `X-Forwarded-For` is believed. Default: none. */
  MCP_TRUSTED_PROXIES: string[]
  /** Who runs the server, in a few words, for the consent page. */
  MCP_OPERATOR?: string | undefined
  /** When people are asked. Default: `always`. */
  MCP_CONSENT: "always" | "remember"
  /** 32 random bytes, or a list of such secrets with the current one first. */
  DOORWARD_SECRET?: string | undefined
  /** The folder for the SQLite file and the development secret. Default: `.doorward`. */
  DOORWARD_DATA_DIR: string
  /** Default: `info`. */
  DOORWARD_LOG_LEVEL: "debug" | "info" | "warn" | "error"
}

const list = z.string().transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ""))

const portNumber = "must be a port number"

const file = (what: string) =>
  z.string().transform((path, context) => {
    try {
      return readFileSync(path)
    } catch {
      // A pasted certificate or key is not a path, and must not be printed.
      const shown = /[\r\n]|-----/.test(path) ? "this text" : path
      addProblem(context, [], `must be the path of ${what}; ${shown} cannot be read`)
      return z.NEVER
    }
  })

/** Whether a text can be the address that clients use: https, or http on this machine. */
export function isBaseUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && isSecureUrl(url)
}

/** Whether a URL names a store of a known kind. */
export function isStoreUrl(url: string): boolean {
  return /^(memory:|sqlite:.+|rediss?(\+cluster)?:\/\/.+|postgres(ql)?:\/\/.+)/.test(url)
}

export const settingsSchema = z.object({
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
  MCP_BASE_URL: z
    .string()
    .refine(
      isBaseUrl,
      "must be the https address that clients use, or http://localhost:PORT for development",
    )
    .optional(),
  MCP_SERVER_HOST: z.string().default("localhost"),
  MCP_SERVER_PORT: z.coerce
    .number({ error: portNumber })
    .int(portNumber)
    .min(0, portNumber)
    .max(65535, portNumber)
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
}) satisfies z.ZodType<Settings>

/** The name of every setting. */
export const settingNames: readonly string[] = Object.keys(settingsSchema.shape)
