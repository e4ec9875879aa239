import { addProblem, despiteOtherProblems, type OptionName, readOptions } from "@doorward/boundary"
import {
  authorizeParameters,
  type OptionSchemas,
  scopeToken,
  secureUrl,
} from "@doorward/upstream-client"
import { z } from "zod"
import {
  type CredentialOptions,
  checkCredential,
  credentialFields,
} from "./credentials/credential-options.ts"
import {
  checkTenants,
  type Registration,
  type RegistrationOptions,
  registrationFields,
  registrationOf,
} from "./registration-options.ts"
import { type EntraScope, entraScope, type ScopeRules } from "./scopes.ts"

/** Options of {@link azureProvider}. */
export interface AzureProviderOptions extends RegistrationOptions, CredentialOptions {
  /**
   * The scopes that MCP clients may ask for, and that people agree to at sign-in. A name without prefix
   * is a scope of the API, unless it is one of Microsoft Graph's, such as `User.Read`. Default: none.
   */
  scopes?: readonly string[] | undefined
  /**
   * Scopes that people agree to at sign-in for later calls of tools (Microsoft Graph, other APIs), and
   * that MCP clients can't ask for. Default: none.
   */
  additionalScopes?: readonly string[] | undefined
  /**
   * How the API's scopes are sent: `uri` for `api://…/name`, `guid` for `{clientId}/name`, which tenants
   * that answer AADSTS90009 require. Default: `uri`.
   */
  scopeForm?: "uri" | "guid" | undefined
  /**
   * Parameters added to each authorization request, such as `domain_hint`. A hint of the MCP client
   * replaces one of the same name. Default: none.
   */
  authorizeParameters?: Readonly<Record<string, string>> | undefined
  /** The base URL of Microsoft Graph. Default: that of the cloud of `authorityHost`. */
  graphUrl?: string | undefined
  /**
   * Whether to ask Microsoft Graph for the groups of a person who is in more groups than a token can
   * list. It requires a permission such as `GroupMember.Read.All`. Default: false, and such a person has
   * no `groups`.
   */
  resolveGroups?: boolean | undefined
  /**
   * Returns what the operator calls an option, for texts that name one: an environment variable, say.
   * Members are named by their path, such as `managedIdentity.clientId`. Default: the option's own name.
   */
  optionName?: ((option: string) => string) | undefined
}

const schema = z
  .strictObject({
    scopes: z.array(scopeToken).default([]),
    additionalScopes: z.array(scopeToken).default([]),
    scopeForm: z.enum(["uri", "guid"], { error: 'must be "uri" or "guid"' }).default("uri"),
    authorizeParameters: authorizeParameters.superRefine(checkPrompt).default({}),
    graphUrl: secureUrl.transform((url) => url.replace(/\/+$/, "")).optional(),
    resolveGroups: z.boolean().default(false),
    optionName: z
      .custom<OptionName>((value) => typeof value === "function", "must be a function")
      .default(() => (option: string) => option),
    ...registrationFields,
    ...credentialFields,
  } satisfies OptionSchemas<AzureProviderOptions>)
  .superRefine((options, context) => {
    checkTenants(options, context)
    checkCredential(options, context)
    checkScopes(options, context)
  }, despiteOtherProblems)

export interface AzureSettings
  extends Omit<z.output<typeof schema>, "scopes" | "additionalScopes"> {
  registration: Registration
  scopeRules: ScopeRules
  scopes: readonly EntraScope[]
  additionalScopes: readonly EntraScope[]
}

/** @throws {ConfigurationError} with every mistake at once. */
export function azureSettings(options: AzureProviderOptions): AzureSettings {
  const optionName = typeof options?.optionName === "function" ? options.optionName : undefined
  const parsed = readOptions("azureProvider", schema, options, { optionName })
  const scopeRules = scopeRulesOf(parsed)
  const classify = (scopes: readonly string[]) =>
    scopes.map((scope) => entraScope(scope, scopeRules))
  return {
    ...parsed,
    registration: registrationOf(parsed),
    scopeRules,
    scopes: classify(parsed.scopes),
    additionalScopes: classify(parsed.additionalScopes),
  }
}

function scopeRulesOf({
  clientId,
  identifierUri,
  scopeForm,
}: Omit<ScopeRules, "identifierUri"> & { identifierUri?: string | undefined }): ScopeRules {
  return { clientId, scopeForm, identifierUri: identifierUri ?? `api://${clientId}` }
}

/** MCP clients see names without prefixes, so each name must be clear without one. */
function checkScopes(
  options: { scopes?: unknown; clientId?: unknown; identifierUri?: unknown },
  context: z.core.$RefinementCtx,
): void {
  const { scopes, clientId, identifierUri } = options
  if (!Array.isArray(scopes) || typeof clientId !== "string") return
  const rules = scopeRulesOf({
    clientId,
    identifierUri: typeof identifierUri === "string" ? identifierUri : undefined,
    scopeForm: "uri",
  })
  const path = ["scopes"]
  const names = new Set<string>()
  for (const text of scopes.filter((scope) => typeof scope === "string")) {
    const { owner, name } = entraScope(text, rules)
    if (owner === "other") {
      addProblem(
        context,
        path,
        (nameOf) =>
          `must not contain ${text}, a scope of another API; move it to ${nameOf("additionalScopes")}`,
      )
    }
    if (name === ".default") {
      addProblem(
        context,
        path,
        `must not contain ${text}, which names no permission; list the scopes one by one`,
      )
    }
    if (names.has(name)) {
      addProblem(
        context,
        path,
        `must not name ${name} twice; MCP clients could not tell the two apart`,
      )
    }
    names.add(name)
  }
}

/** `consent` would require an administrator's consent of everybody, even after it was given (AADSTS90094). */
function checkPrompt(
  { prompt }: Readonly<Record<string, string>>,
  context: z.core.$RefinementCtx,
): void {
  if (prompt === undefined || prompt === "login" || prompt === "select_account") return
  addProblem(context, ["prompt"], "must be login or select_account")
}
