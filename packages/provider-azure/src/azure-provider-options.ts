import type { CredentialOptions } from "./credentials/credential-options.ts"
import type { RegistrationOptions } from "./registration-options.ts"

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
