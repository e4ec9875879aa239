import { addProblem, functionOption, isSecureUrl, type OptionFields } from "@doorward/boundary"
import type { FetchFunction } from "@doorward/jwt-verifier"
import { z } from "zod"
import type { UpstreamCallOptions } from "./upstream-fetch.ts"

/** The error of a schema whose option is missing; any other mistake keeps its usual text. */
export const whenMissing = (fix: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? `is missing; ${fix}` : undefined,
})

/** An address that tokens and secrets may be sent to. */
export const secureUrl = z.string().refine((text) => {
  const url = URL.parse(text)
  return url !== null && isSecureUrl(url)
}, "must be an https URL (http is allowed on localhost only)")

/** A scope-token (RFC 6749 §3.3). */
export const scopeToken = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, "must be one scope per entry, without spaces")

/** Parameters that the protocol sets, so no option may. */
const protocolParameters: ReadonlySet<string> = new Set([
  "client_id",
  "client_secret",
  "code_challenge",
  "code_challenge_method",
  "nonce",
  "redirect_uri",
  "request",
  "request_uri",
  "resource",
  "response_mode",
  "response_type",
  "scope",
  "state",
])

/** Parameters that the operator adds to each authorization request. */
export const authorizeParameters = z
  .record(z.string().min(1), z.string())
  .superRefine((parameters, context) => {
    for (const name of Object.keys(parameters)) {
      if (!protocolParameters.has(name)) continue
      addProblem(context, [name], "belongs to the protocol; remove it")
    }
  })

/** The options of a provider that say how it calls its upstream, with their defaults. */
export const callFields = {
  fetch: functionOption<FetchFunction>().optional(),
  now: functionOption<() => number>().default(() => Date.now),
  timeoutMilliseconds: z.number().int().positive().default(10_000),
} satisfies OptionFields<UpstreamCallOptions>
