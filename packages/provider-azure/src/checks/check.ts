import { IdentityProviderError } from "@doorward/oauth-core"
import type { UpstreamClient, UpstreamFetchOptions } from "@doorward/provider-oidc/upstream"
import type { AzureSettings } from "../azure-options.ts"

/** Every check, in the order in which they are made. */
export const checkNames = [
  "configuration",
  "tenant",
  "clock",
  "credential",
  "token version",
  "redirect URI",
  "scopes",
  "consent",
] as const

export type CheckName = (typeof checkNames)[number]

/** One line about an app registration, seen from the outside. */
export interface RegistrationCheck {
  name: CheckName
  /** `unknown` if it could not be seen, which is no fault. */
  outcome: "passed" | "failed" | "unknown"
  /** What was found; after a failure, how it is mended. */
  detail: string
  /** Where Entra ID refused: its stable reason, such as `AADSTS7000215`. */
  reason?: string
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
export const failed = (detail: string): Finding => ({ outcome: "failed", detail })

/** Nothing can be said before another check's failure is mended. */
export const notBefore = (failure: CheckName): Finding =>
  unknown(`Not checked before the ${failure} is mended.`)

/** What an error says about the registration. An outage says nothing. */
export function findingOf(error: unknown): Finding {
  if (!(error instanceof IdentityProviderError)) throw error
  const { failure, message, reason, cause } = error
  const outcome = failure === "unavailable" ? "unknown" : "failed"
  return { outcome, detail: message, reason, ...(cause === undefined ? {} : { cause }) }
}
