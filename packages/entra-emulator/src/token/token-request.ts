import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "../directory/app-registration.ts"
import type { Authority } from "../directory/directory.ts"
import type { ClientProof } from "./client-authentication.ts"

/** A token request whose client has been authenticated. */
export interface TokenRequest {
  authority: Authority
  client: AppRegistration
  proof: ClientProof
  form: URLSearchParams
}

/** A parameter's value. @throws {EntraError} 900144 if it is absent or empty. */
export function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter)
  if (!value) throw new EntraError(900144, { parameter })
  return value
}

export function wantsClientInfo(form: URLSearchParams): boolean {
  return form.get("client_info") === "1"
}
