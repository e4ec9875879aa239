import {
  authorizeParameters,
  parseOptions,
  scopeToken,
  secureUrl,
} from "@doorward/provider-oidc/upstream"
import { z } from "zod"
import { checkCredential, credentialFields } from "./credentials/credential-options.ts"
import {
  checkTenants,
  type Registration,
  registrationFields,
  registrationOf,
} from "./registration-options.ts"
import { type EntraScope, entraScope, type ScopeRules } from "./scopes.ts"

const schema = z
  .strictObject({
    ...registrationFields,
    ...credentialFields,
    /**
     * What MCP clients may ask for, and the people who sign in agree to. A name without prefix is the
     * API's own scope, unless it is one of Microsoft Graph's (`User.Read`). Default: none.
     */
    requiredScopes: z.array(scopeToken).default([]),
    /** Scopes that are agreed to at sign-in for later calls of tools (Graph, other APIs). Default: none. */
    additionalScopes: z.array(scopeToken).default([]),
    /**
     * How the API's scopes are sent: `api://…/name`, or `{clientId}/name` for tenants that answer
     * AADSTS90009. Default: `uri`.
     */
    scopeForm: z.enum(["uri", "guid"], { error: 'must be "uri" or "guid"' }).default("uri"),
    /** Added to each authorization request, such as `domain_hint`. A hint of the MCP client replaces it. */
    authorizeParameters: authorizeParameters.default({}),
    /** Base address of Microsoft Graph. Default: the cloud's. */
    graphUrl: secureUrl.transform((url) => url.replace(/\/+$/, "")).optional(),
    /**
     * Whether the groups of a person who is in more than a token holds are asked of Microsoft Graph,
     * which takes a permission such as GroupMember.Read.All. Default: false, and `groups` is then empty.
     */
    resolveGroups: z.boolean().default(false),
  })
  .superRefine((options, context) => {
    checkTenants(options, context)
    checkCredential(options, context)
    checkScopes(options, context)
    checkPrompt(options.authorizeParameters.prompt, context)
  })

export type AzureProviderOptions = z.input<typeof schema>

export interface AzureSettings
  extends Omit<z.output<typeof schema>, "requiredScopes" | "additionalScopes"> {
  registration: Registration
  scopeRules: ScopeRules
  requiredScopes: readonly EntraScope[]
  additionalScopes: readonly EntraScope[]
}

/** @throws {ProviderOptionsError} that names each wrong option and its mend. */
export function azureSettings(options: AzureProviderOptions): AzureSettings {
  const parsed = parseOptions("azureProvider", schema, options)
  const scopeRules = scopeRulesOf(parsed)
  const classify = (scopes: readonly string[]) =>
    scopes.map((scope) => entraScope(scope, scopeRules))
  return {
    ...parsed,
    registration: registrationOf(parsed),
    scopeRules,
    requiredScopes: classify(parsed.requiredScopes),
    additionalScopes: classify(parsed.additionalScopes),
  }
}

type Parsed = z.output<typeof schema>
type Context = Parameters<typeof checkTenants>[1]

function scopeRulesOf({
  clientId,
  identifierUri,
  scopeForm,
}: Omit<ScopeRules, "identifierUri"> & { identifierUri?: string | undefined }): ScopeRules {
  return { clientId, scopeForm, identifierUri: identifierUri ?? `api://${clientId}` }
}

/** MCP clients see names without prefixes: each must say by itself what it is. */
function checkScopes(options: Parsed, context: Context): void {
  const rules = scopeRulesOf(options)
  const names = new Set<string>()
  for (const text of options.requiredScopes) {
    const { owner, name } = entraScope(text, rules)
    const path = ["requiredScopes"]
    const refuse = (message: string) => context.addIssue({ code: "custom", path, message })
    if (owner === "other") refuse(`${text} belongs to another API; move it to additionalScopes`)
    if (name === ".default") refuse(`${text} names no permission; list the scopes one by one`)
    if (names.has(name)) refuse(`${name} is there twice; MCP clients could not tell them apart`)
    names.add(name)
  }
}

/** `consent` would ask an administrator of everybody, even after consent was given (AADSTS90094). */
function checkPrompt(prompt: string | undefined, context: Context): void {
  if (prompt === undefined || prompt === "login" || prompt === "select_account") return
  const path = ["authorizeParameters"]
  context.addIssue({ code: "custom", path, message: "prompt can be login or select_account" })
}
