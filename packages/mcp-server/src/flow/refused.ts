import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { BearerChallenge } from "../protocol/bearer-challenge.ts"
import type { RefusalReason } from "../refusal.ts"

/** A step's decision not to serve a request. */
export interface Refused {
  status: 400 | 401 | 403 | 405 | 413 | 415 | 503
  reason: RefusalReason
  /** Safe to send. */
  message: string
  challenge?: BearerChallenge
  /** Seconds. */
  retryAfter?: number
  /** Whose request it was, if that is known. */
  verified?: VerifiedToken
  tools?: readonly string[]
  /** The JSON-RPC error code. Default: -32000. */
  rpcCode?: number
  cause?: unknown
}
