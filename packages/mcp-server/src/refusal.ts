import type { TokenErrorCode } from "@doorward/jwt-verifier"

/** Why a request was refused. The values are stable: they may be matched on and counted. */
export type RefusalReason =
  | TokenErrorCode
  | "no_credentials"
  | "malformed_credentials"
  | "verifier_failed"
  | "missing_role"
  | "origin_not_allowed"
  | "method_not_allowed"
  | "unsupported_media_type"
  | "body_too_large"
  | "body_not_json"
  | "session_unknown"
  | "session_of_another_user"
  | "session_missing"
  | "too_many_sessions"

/** A refused request, for a log or a metric. Nothing in it is secret, except perhaps `cause`. */
export interface Refusal {
  reason: RefusalReason
  /** The HTTP status that was sent. */
  status: number
  resource: string
  clientId?: string
  subject?: string
  /** The tools that were called, if the refusal is about them. */
  tools?: readonly string[]
  /** The error behind the refusal. For a log only. */
  cause?: unknown
}
