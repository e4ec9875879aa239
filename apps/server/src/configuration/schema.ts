import { isSecureUrl, secretOption } from "@doorward/boundary"
import { z } from "zod"
import { backendSchema } from "./backend-schema.ts"
import { clientSchema } from "./client-schema.ts"
import { entraSchema } from "./entra-schema.ts"
import { flag, list, numeric, pattern } from "./values.ts"

const portNumber = "must be a port number"

/** Whether a text can be the address that clients use: https, or http on this machine. */
export function isBaseUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && isSecureUrl(url)
}

/** Whether a URL names a store of a known kind. */
export function isStoreUrl(url: string): boolean {
  return /^(memory:|sqlite:.+|rediss?(\+cluster)?:\/\/.+|postgres(ql)?:\/\/.+)/.test(url)
}

const listen = z
  .strictObject({
    host: z.string().default("localhost").describe("The host to listen on."),
    port: numeric(z.int(portNumber).min(0, portNumber).max(65535, portNumber))
      .default(8000)
      .describe("The port to listen on; 0 takes a free one."),
  })
  .prefault({})
  .describe("Where to listen.")

const signIn = z
  .strictObject({
    tenants: list().optional().describe("Tenant IDs: the person must belong to one of them."),
    groups: list().optional().describe("Group object IDs: the person must be in one of them."),
    roles: list().optional().describe("App roles: the person must have one of them."),
    domains: list()
      .optional()
      .describe(
        "E-mail domains. They count only for people of `tenants`, whose administrators vouch for addresses. Default for `tenants` here: the tenant of `entra.tenantId`.",
      ),
    people: list()
      .optional()
      .describe("People, as `tenant ID.object ID`: the person must be one of them."),
  })
  .optional()
  .describe(
    "Who may sign in at all: a person must meet every list here. Default: everybody whom Entra ID lets in.",
  )

const lifetime = (text: string) => numeric(z.number().min(1)).optional().describe(text)

/** The configuration as `doorward.yaml` spells it. */
export const configurationSchema = z.strictObject({
  $schema: z.string().optional().describe("For editors. It is not read."),
  baseUrl: z
    .string()
    .refine(
      isBaseUrl,
      "must be the https address that clients use, or http://localhost:PORT for development",
    )
    .optional()
    .describe(
      "The https address that clients use; it may have a path. Default: `http://localhost:{port}`.",
    ),
  listen,
  secret: secretOption
    .optional()
    .describe(
      "32 random bytes in base64url, base64 or hex, or a list of such secrets with the current one first. Default: for development only, one that is made and kept in the data folder.",
    ),
  store: z
    .string()
    .refine(isStoreUrl, "must be memory:, sqlite:./path, redis://… or postgres://…")
    .optional()
    .describe(
      "Where records are kept: `sqlite:./path`, `redis://…`, `postgres://…`, `memory:`. Default: an SQLite file in the data folder.",
    ),
  dataFolder: z
    .string()
    .default(".doorward")
    .describe("The folder for the SQLite file and the development secret."),
  logLevel: z
    .enum(["debug", "info", "warn", "error"], { error: "must be debug, info, warn or error" })
    .default("info")
    .describe("The least that is logged."),
  trustedProxies: list()
    .default([])
    .describe("Addresses or CIDR ranges of the proxies whose `X-Forwarded-For` is believed."),
  readiness: z
    .strictObject({
      backends: flag(z.boolean())
        .default(false)
        .describe("Whether `/readyz` also needs every backend to answer."),
    })
    .prefault({})
    .describe("What `/readyz` looks at besides the store."),
  operator: z
    .string()
    .max(100, "must have at most 100 characters")
    .optional()
    .describe("Who runs the server, in a few words, for the consent page."),
  documentation: z
    .url({ error: "must be a URL" })
    .optional()
    .describe("A page for developers. Default: the server's own."),
  entra: entraSchema,
  signIn,
  consent: z
    .enum(["always", "remember", "never"], { error: "must be always, remember or never" })
    .default("always")
    .describe(
      "When people are asked to approve a client. `never` concerns `clients` only, and is dangerous: any website can then send people through them.",
    ),
  clients: z.array(clientSchema).optional().describe("Clients that need not register."),
  dpop: z
    .enum(["optional", "required"], { error: "must be optional or required" })
    .optional()
    .describe(
      "Whether tokens can be bound to a key of their client, so that a stolen one is useless (DPoP, RFC 9449): `optional`, or `required`, which shuts out clients that cannot. Default: off.",
    ),
  deviceAuthorization: flag(z.boolean())
    .default(false)
    .describe(
      "Whether devices without a browser can show a code that a person enters at `/device` (RFC 8628). Turn it on only if you have such clients: people can be talked into entering a code that somebody sent them.",
    ),
  identityAssertionIssuers: z
    .array(
      z.strictObject({
        issuer: z.string().describe("The `iss` of its assertions."),
        jwksUri: z
          .string()
          .optional()
          .describe("Where its keys are. Default: what its metadata says."),
        jwks: z
          .strictObject({ keys: z.array(z.looseObject({ kty: z.string() })) })
          .optional()
          .describe("Its keys themselves, if they cannot be fetched."),
        algorithms: list().optional().describe("The algorithms that it signs with."),
      }),
    )
    .optional()
    .describe(
      "Identity providers whose assertions about people count in place of a sign-in (ID-JAG, MCP's enterprise-managed authorization).",
    ),
  registration: z
    .union([
      flag(z.boolean()),
      z.strictObject({
        accessToken: z.string().describe("The initial access token, at least 32 characters long."),
      }),
    ])
    .default(true)
    .describe(
      "Whether clients may register themselves (RFC 7591), or the token that they need for it.",
    ),
  clientMetadata: z
    .strictObject({
      enabled: flag(z.boolean())
        .default(true)
        .describe(
          "Whether a URL is accepted as a client id, and its document fetched. Turn it off where the server cannot reach the internet.",
        ),
      hosts: list().optional().describe("The hosts whose documents are accepted. Default: any."),
    })
    .prefault({})
    .describe("Client ID metadata documents."),
  redirectUriPatterns: z
    .array(pattern())
    .optional()
    .describe("Regular expressions, one of which must match the whole redirect URI."),
  scopeDescriptions: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Descriptions for the consent page, by scope. A scope that Entra ID does not know is this server's own.",
    ),
  lifetimes: z
    .strictObject({
      accessToken: lifetime("Of an access token, in seconds. Default: 3600."),
      grantIdle: lifetime("Of a grant that is not used, in seconds. Default: 2592000."),
      grant: lifetime("Of a grant at most, in seconds. Default: 7776000."),
    })
    .optional()
    .describe("How long tokens and grants live, in seconds."),
  resourceServers: z
    .array(
      z.strictObject({
        id: z.string().describe("Its user name for Basic authentication."),
        secret: z.string().describe("Its password, at least 32 characters long."),
        resource: z.string().describe("The URL of the resource whose tokens it may ask about."),
      }),
    )
    .optional()
    .describe("Who may introspect tokens (RFC 7662)."),
  allowedOrigins: list()
    .optional()
    .describe("Web pages that may call the MCP endpoints; `*` is all. Default: the server's own."),
  backends: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens"),
      backendSchema,
    )
    .default({})
    .describe(
      "The MCP servers behind the door, by a short name. Without any, example tools are served at `/mcp`.",
    ),
})

/** The settings, checked, with their defaults. */
export type Settings = z.output<typeof configurationSchema>
