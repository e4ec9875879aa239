import {
  addProblem,
  despiteOtherProblems,
  functionOption,
  type OptionFields,
  type OptionName,
  readOptions,
} from "@doorward/boundary"
import { authorizeParameters, scopeToken, secureUrl } from "@doorward/upstream-client"
import { z } from "zod"
import type { AzureProviderOptions } from "./azure-provider-options.ts"
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
    scopes: z.array(scopeToken).default([]),
    additionalScopes: z.array(scopeToken).default([]),
    scopeForm: z.enum(["uri", "guid"], { error: 'must be "uri" or "guid"' }).default("uri"),
    authorizeParameters: authorizeParameters.superRefine(checkPrompt).default({}),
    graphUrl: secureUrl.transform((url) => url.replace(/\/+$/, "")).optional(),
    resolveGroups: z.boolean().default(false),
    optionName: functionOption<OptionName>().default(() => (option: string) => option),
    ...registrationFields,
    ...credentialFields,
  } satisfies OptionFields<AzureProviderOptions>)
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
