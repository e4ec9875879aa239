import type { OptionFields } from "@doorward/boundary"
import { addProblem, despiteOtherProblems } from "@doorward/boundary"
import { z } from "zod"
import { type AadstsCode, isAadstsCode } from "../aadsts/aadsts.ts"
import { EntraError } from "../aadsts/entra-error.ts"

const endpoints = [
  "authorize",
  "token",
  "devicecode",
  "discovery",
  "keys",
  "graph",
  "managed-identity",
] as const

/** The endpoints that can be made to fail. */
export type Endpoint = (typeof endpoints)[number]

/** Makes requests fail, in the way that exactly one of `code`, `status` and `hang` says. */
export interface FaultInput {
  /** The endpoint whose requests fail. */
  endpoint: Endpoint
  /** Fail only token requests with this `grant_type`. Default: all requests. */
  grantType?: string | undefined
  /** Answer with this AADSTS error. Only for `authorize`, `token` and `devicecode`. */
  code?: number | undefined
  /** Answer with this HTTP status, 400 to 599, and an HTML page, as a broken gateway does. */
  status?: number | undefined
  /** Never answer. */
  hang?: true | undefined
  /** The `Retry-After` of the answer, in seconds. Default: 5 for AADSTS90055 and 90033, otherwise none. */
  retryAfter?: number | undefined
  /** How many requests fail. Default: all of them, until `recover`. */
  times?: number | undefined
}

export const faultSchema = z
  .strictObject({
    endpoint: z.enum(endpoints),
    grantType: z.string().optional(),
    code: z
      .number()
      .refine(isAadstsCode, "must be an AADSTS code that the emulator knows, see its README")
      .optional(),
    status: z.int().min(400).max(599).optional(),
    retryAfter: z.int().optional(),
    hang: z.literal(true).optional(),
    times: z.int().min(1).optional(),
  } satisfies OptionFields<FaultInput>)
  .superRefine((fault, context) => {
    const { endpoint, code, status, hang } = fault
    if ([code, status, hang].filter((way) => way !== undefined).length !== 1) {
      addProblem(context, [], "must have exactly one of code, status and hang")
    }
    if (code !== undefined && endpointsWithoutAadsts.includes(endpoint)) {
      addProblem(context, ["code"], "can only be set for authorize, token and devicecode")
    }
  }, despiteOtherProblems)

const endpointsWithoutAadsts: readonly Endpoint[] = [
  "discovery",
  "keys",
  "graph",
  "managed-identity",
]

export type Fault = z.infer<typeof faultSchema>

/** The fault that applies to this request, if any. It counts towards the fault's `times`. */
export function takeFault(
  faults: Fault[],
  endpoint: Endpoint,
  grantType: string | undefined,
): Fault | undefined {
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

/** The refusal of a fault with a `code`. Values in its text are replaced by an ellipsis. */
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
