import type { EntraEmulatorOptions } from "@doorward/entra-emulator"
import type { UpstreamFailure } from "@doorward/oauth-core"
import { type Code, type Environment, type Mode, modes, type World } from "../support/world.ts"

/** One AADSTS code, how it comes about, and what it means. */
export interface Row {
  code: Code
  when: string
  means: UpstreamFailure
  /** Provokes it, if neither the settings nor the person do. */
  provoke?(world: World): void
  /** Undoes it. */
  fix?(world: World): void
  /** Default: API mode. */
  environment?: Environment | ((entraUrl: string) => Environment)
  options?: EntraEmulatorOptions
  /** Used in the test's title only. */
  mode?: Mode
  /** Who signs in. */
  username?: string
  /** At the sign-in: the person says no. */
  declines?: boolean
}

/** Rows that no setting provokes: the emulator's token endpoint is told to answer with them. */
export const answered = (means: UpstreamFailure, codes: Readonly<Record<number, string>>): Row[] =>
  Object.entries(codes).map(([text, when]) => {
    const code = Number(text)
    return { code, when, means, provoke: (world) => world.answerWith(code) }
  })

/** The last row of each meaning, among those that need no mode. */
const oneOfEachMeaning = (rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.filter((row) => !row.environment).map((row) => [row.means, row])).values(),
]

/** In the other two modes, one row of each meaning. */
export const inOtherModes = (rows: readonly Row[]) =>
  (["sign-in", "mixed"] as const).flatMap((mode) =>
    oneOfEachMeaning(rows).map((row) => ({ ...row, environment: modes[mode], mode })),
  )
