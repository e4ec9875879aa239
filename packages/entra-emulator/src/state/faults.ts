import type { AadstsCode } from "../aadsts/aadsts.ts"
import type { Emulation } from "./emulation.ts"
import { EntraError } from "../aadsts/entra-error.ts"
import type { Endpoint, Fault } from "./options.ts"

/** The fault that strikes this request, if one does; one that strikes a number of times is used up. */
export function strike(
  emulation: Emulation,
  endpoint: Endpoint,
  grantType: string | undefined,
): Fault | undefined {
  const { faults } = emulation
  const index = faults.findIndex(
    (fault) =>
      fault.endpoint === endpoint &&
      (fault.grantType === undefined || fault.grantType === grantType),
  )
  const fault = faults[index]
  if (fault?.times === undefined) return fault
  if (fault.times <= 1) faults.splice(index, 1)
  else faults[index] = { ...fault, times: fault.times - 1 }
  return fault
}

/** The refusal that a fault with a `code` stands for. Gaps in its text stay open. */
export function faultError(code: AadstsCode, retryAfter: number | undefined): EntraError {
  const needsClaims = code === 50076 || code === 50079
  const claims = JSON.stringify({
    access_token: {
      capolids: { essential: true, values: ["7f6c3b0e-1d5a-4e88-9c42-3a9b0d2e5f17"] },
    },
  })
  return new EntraError(
    code,
    {},
    {
      ...(needsClaims && { claims }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...((code === 90055 || code === 90033) && { retryAfter: retryAfter ?? 5 }),
    },
  )
}
