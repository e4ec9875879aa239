import type { FetchFunction } from "@doorward/jwt-verifier"
import { z } from "zod"

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"])

/** An address that tokens and secrets may travel to: https, or http on a loopback host. */
export const secureUrl = z
  .string({ error: "missing" })
  .refine((text) => URL.canParse(text), "is not a URL")
  .refine((text) => {
    if (!URL.canParse(text)) return true
    const { protocol, hostname } = new URL(text)
    return protocol === "https:" || (protocol === "http:" && loopback.has(hostname))
  }, "must be an https URL (http on a loopback host only)")

/** A scope-token (RFC 6749 §3.3). */
export const scopeToken = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, "must be one scope per entry, without spaces")

/** What a protocol parameter is, so that no option can replace it. */
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
      context.addIssue({
        code: "custom",
        path: [name],
        message: "belongs to the protocol; remove it",
      })
    }
  })

const isFunction = (value: unknown) => typeof value === "function"

/** What every provider takes for its calls upstream. */
export const callFields = {
  /** For every call upstream. Default: the global `fetch`. */
  fetch: z.custom<FetchFunction>(isFunction, "must be a function").optional(),
  /** Milliseconds since the epoch. Default: `Date.now`. */
  now: z.custom<() => number>(isFunction, "must be a function").default(() => Date.now),
  /** Milliseconds for each call upstream. Default: 10 000. */
  timeout: z.number().int().positive().default(10_000),
}
