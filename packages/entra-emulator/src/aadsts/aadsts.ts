import { clientErrors } from "./client-errors.ts"
import { grantErrors } from "./grant-errors.ts"
import { requestErrors } from "./request-errors.ts"
import type { AadstsRow } from "./row.ts"
import { userErrors } from "./user-errors.ts"

export type AadstsCode =
  | keyof typeof clientErrors
  | keyof typeof requestErrors
  | keyof typeof grantErrors
  | keyof typeof userErrors

/** Every AADSTS error that the emulator can answer with, by its code. */
export const aadsts: Readonly<Record<AadstsCode, AadstsRow>> = {
  ...clientErrors,
  ...requestErrors,
  ...grantErrors,
  ...userErrors,
}

export function isAadstsCode(code: number): code is AadstsCode {
  return Object.hasOwn(aadsts, code)
}
