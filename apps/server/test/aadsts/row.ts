import type { EntraEmulatorOptions } from "@doorward/entra-emulator"
import type { UpstreamFailure } from "@doorward/oauth-core"
import type { Code, Environment, World } from "../support/world.ts"

/** One AADSTS code, how it comes about, and what it means. */
export interface Row {
  code: Code
  when: string
  means: UpstreamFailure
  /** Provokes it. Default: Entra ID's token endpoint is told to answer with the code. */
  provoke?(world: World): void
  /** Makes it good again. */
  mend?(world: World): void
  environment?: Environment | ((entraUrl: string) => Environment)
  options?: EntraEmulatorOptions
  /** Who signs in. */
  username?: string
  /** At the sign-in: the person says no. */
  declines?: boolean
}

/** Rows that no honest request of this server provokes: Entra ID is told to answer with them. */
export const answered = (means: UpstreamFailure, codes: Readonly<Record<number, string>>): Row[] =>
  Object.entries(codes).map(([code, when]) => ({ code: Number(code), when, means }))
