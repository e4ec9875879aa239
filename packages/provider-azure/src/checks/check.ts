import { IdentityProviderError } from "@doorward/oauth-core"
import type { UpstreamClient, UpstreamFetchOptions } from "@doorward/provider-oidc/upstream"
import type { AzureSettings } from "../azure-options.ts"

/** One line about an app registration, seen from the outside. */
export interface RegistrationCheck {
  name:
    | "configuration"
    | "tenant"
    | "clock"
    | "credential"
    | "token version"
    | "redirect URI"
    | "scopes"
    | "consent"
  /** `unknown` if it could not be seen, which is no fault. */
  outcome: "passed" | "failed" | "unknown"
  /** What was found; after a failure, how it is mended. */
  detail: string
  /** Entra ID's own words, for whoever wants more. */
  cause?: unknown
}

export type Finding = Omit<RegistrationCheck, "name">

/** What the checks work with. */
export interface CheckContext {
  settings: AzureSettings
  client: UpstreamClient
  calls: UpstreamFetchOptions & { now: () => number }
  redirectUri: string
}

export const passed = (detail: string): Finding => ({ outcome: "passed", detail })
export const unknown = (detail: string): Finding => ({ outcome: "unknown", detail })
export const failed = (detail: string, cause?: unknown): Finding => ({
  outcome: "failed",
  detail,
  ...(cause === undefined ? {} : { cause }),
})

/** What an error says about the registration. An outage says nothing. */
export function findingOf(error: unknown): Finding {
  if (!(error instanceof IdentityProviderError)) throw error
  const { failure, message, cause } = error
  return failure === "unavailable" ? unknown(message) : failed(message, cause)
}
