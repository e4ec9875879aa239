import { IdentityProviderError } from "@doorward/oauth-core"
import type { UpstreamClient } from "@doorward/upstream-client"
import type { AzureSettings } from "../azure-settings.ts"
import type { EntraCalls } from "../entra-calls.ts"

/** Every check, in the order in which they are run. */
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

/** What a check looks at. */
export type CheckName = (typeof checkNames)[number]

/** One finding about an app registration, seen from the outside. */
export interface RegistrationCheck {
  /** What was checked. */
  name: CheckName
  /** `unknown` means that it could not be seen, which is not a fault. */
  outcome: "passed" | "failed" | "unknown"
  /** What was found; after a failure, how to fix it. */
  detail: string
  /** The stable reason if Entra ID refused, such as `AADSTS7000215`. */
  reason?: string
  /** Entra ID's own error, with more detail. */
  cause?: unknown
}

export type Finding = Omit<RegistrationCheck, "name">

/** What the checks work with. */
export interface CheckContext {
  settings: AzureSettings
  client: UpstreamClient
  calls: EntraCalls
  redirectUri: string
}

export const passed = (detail: string): Finding => ({ outcome: "passed", detail })
export const unknown = (detail: string): Finding => ({ outcome: "unknown", detail })
export const failed = (detail: string): Finding => ({ outcome: "failed", detail })

/** The finding of a check that can't be run while another one fails. */
export const notBefore = (failure: CheckName): Finding =>
  unknown(`Not checked until the ${failure} is fixed.`)

/** What an error says about the registration; an outage says nothing. */
export function findingOf(error: unknown): Finding {
  if (!(error instanceof IdentityProviderError)) throw error
  const { failure, message, reason, cause } = error
  const outcome = failure === "unavailable" ? "unknown" : "failed"
  return { outcome, detail: message, reason, ...(cause === undefined ? {} : { cause }) }
}
