import type { Authority } from "../directory/directory.ts"
import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration, Tenant } from "../state/options.ts"
import type { ClientProof } from "./access-token.ts"

/** A request at the token endpoint, its client known and authenticated. */
export interface TokenRequest {
  authority: Authority
  client: AppRegistration
  proof: ClientProof
  form: URLSearchParams
}

/** @throws {EntraError} 900144 if the parameter is absent or empty. */
export function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter)
  if (!value) throw new EntraError(900144, { parameter })
  return value
}

export function wantsClientInfo(form: URLSearchParams): boolean {
  return form.get("client_info") === "1"
}

/** The tenant that the path names; `undefined` if it is an alias. */
export function tenantOf(authority: Authority): Tenant | undefined {
  return authority.kind === "tenant" ? authority.tenant : undefined
}
