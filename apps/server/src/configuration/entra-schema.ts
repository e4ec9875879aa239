import { z } from "zod"
import { fileContent, flag, list, numeric } from "./values.ts"

const certificate = z
  .strictObject({
    path: fileContent("a PEM or PFX file with the certificate and its key")
      .optional()
      .describe("The path of a PEM or PFX file with the certificate and its key."),
    password: z.string().optional().describe("Opens the certificate's key."),
  })
  .optional()
  .describe("A certificate, as the credential.")

/** The app registration in Entra ID. */
export const entraSchema = z
  .strictObject({
    tenantId: z
      .string({
        error: "is missing; set it to the Directory (tenant) ID of the app registration",
      })
      .describe(
        "Directory (tenant) ID, a verified domain, or `organizations`, `common`, `consumers`.",
      ),
    clientId: z
      .guid({ error: "must be the Application (client) ID of the app registration, a GUID" })
      .describe("Application (client) ID."),
    clientSecret: z
      .string()
      .optional()
      .describe("The Value of a client secret. Exactly one of the four credentials must be set."),
    certificate,
    federatedTokenFile: z
      .string()
      .optional()
      .describe("Workload identity: the path of the file with the assertion (RFC 7523)."),
    managedIdentity: z
      .string()
      .optional()
      .describe("`system`, or the client ID of a user-assigned managed identity."),
    publicClient: flag(z.literal(true, { error: "must be true or left out" }))
      .optional()
      .describe(
        "Work without a credential, as a public client. Only where a registration cannot have one.",
      ),
    identityEndpoint: z
      .url({ error: "must be a URL" })
      .optional()
      .describe("Where App Service and similar hosts hand out tokens. The host sets the variable."),
    identityHeader: z
      .string()
      .optional()
      .describe("What that endpoint expects in a header. The host sets the variable."),
    authorityHost: z
      .url({ error: "must be a URL such as https://login.microsoftonline.us" })
      .optional()
      .describe("The cloud's sign-in host. Default: the global cloud."),
    graphUrl: z
      .url({ error: "must be a URL such as https://graph.microsoft.com" })
      .optional()
      .describe("Microsoft Graph. Default: that of the cloud."),
    allowedTenants: list()
      .optional()
      .describe("Which tenants may sign in under an alias such as `organizations`; `*` is any."),
    identifierUri: z
      .string()
      .optional()
      .describe("The Application ID URI. Default: `api://{clientId}`."),
    scopeForm: z
      .enum(["uri", "guid"], { error: "must be uri or guid" })
      .optional()
      .describe(
        "How scopes of the app's own API are sent: `guid` for tenants that answer AADSTS90009. Default: `uri`.",
      ),
    tokenVersion: numeric(z.literal([1, 2], { error: "must be 1 or 2" }))
      .optional()
      .describe("`requestedAccessTokenVersion` of the API's registration. Default: 2."),
    acceptedAudiences: list()
      .optional()
      .describe(
        "Client IDs of the API, if it has a registration of its own. Default: the client ID.",
      ),
    scopes: list()
      .default(["User.Read", "email", "openid"])
      .describe(
        "What clients may ask for. A name without prefix is a scope of your API, or Graph's.",
      ),
    additionalScopes: list()
      .default([])
      .describe(
        "What people agree to at sign-in for later calls of tools; not offered to clients.",
      ),
    authorizeParameters: z
      .record(z.string(), z.string())
      .optional()
      .describe("Parameters for every authorization request, such as `domain_hint` or `prompt`."),
    resolveGroups: flag(z.boolean())
      .optional()
      .describe(
        "Ask Microsoft Graph for the groups of people who are in more than a token lists. Default: true if `signIn` names groups.",
      ),
  })
  .describe("The app registration in Entra ID.")
