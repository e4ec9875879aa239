import { TokenError, type TokenErrorCode, type VerifiedToken } from "@doorward/jwt-verifier"
import type { DpopError } from "@doorward/oauth-core"
import type { PolicyRefusalReason } from "./policy/decide.ts"
import type { ProtectedResource } from "./protected-resource.ts"
import type { Challenge } from "./protocol/challenge.ts"
import type { ObjectKind, RequestedObject } from "./protocol/requested-objects.ts"
import { union } from "./protocol/scope.ts"

/** Why a token was refused for its key, or for want of one (RFC 9449). */
export type DpopRefusalReason = DpopError["reason"] | "token_bound_to_key" | "token_not_bound"

/** Why a request was refused. The values are stable: they may be matched on and counted. */
export type RefusalReason =
  | TokenErrorCode
  | "no_credentials"
  | "malformed_credentials"
  | "verifier_failed"
  | DpopRefusalReason
  | PolicyRefusalReason
  | "policy_failed"
  | "name_unreadable"
  | "answer_unreadable"
  | "too_many_open_requests"
  | "open_answer_failed"
  | "origin_not_allowed"
  | "method_not_allowed"
  | "unsupported_media_type"
  | "body_too_large"
  | "body_not_json"
  | "body_already_read"
  | "session_unknown"
  | "session_of_another_user"
  | "session_missing"
  | "too_many_sessions"

/** A refused request, for a log or a metric. Nothing in it is secret, except perhaps `cause`. */
export interface Refusal {
  /** Why the request was refused. */
  reason: RefusalReason
  /** The HTTP status that was sent: 200 if it was sent before the reason was there, in an event stream. */
  status: number
  /** The URL of the resource that was called. */
  resource: string
  /** The client that the token was issued to, if the token was accepted and names one. */
  clientId?: string
  /** The user, or whatever else the token was issued for, if the token was accepted. */
  subject?: string
  /** The tools that were called, if the refusal is about what was asked for: the first 20. */
  tools?: readonly string[]
  /** The prompts that were asked for, likewise. */
  prompts?: readonly string[]
  /** The URIs of the resources that were asked for, likewise. */
  resources?: readonly string[]
  /** The error behind the refusal. For a log only. */
  cause?: unknown
}

/** The decision to refuse a request: what is sent, and what is reported. */
export interface Refused {
  status: 200 | 400 | 401 | 403 | 404 | 405 | 413 | 415 | 500 | 503
  reason: RefusalReason
  /** Safe to send. */
  message: string
  /** The JSON-RPC error code. Default: -32000. */
  rpcCode?: number
  challenge?: Challenge
  headers?: Readonly<Record<string, string>>
  /** Whose request it was, if that is known. */
  verified?: VerifiedToken
  /** What it asked for, if the refusal is about that. */
  requested?: readonly RequestedObject[]
  cause?: unknown
}

export function refusalEvent(
  { reason, status, verified, requested, cause }: Refused,
  resource: string,
): Refusal {
  return {
    reason,
    status,
    resource,
    ...(verified && { subject: verified.subject }),
    ...(verified?.clientId !== undefined && { clientId: verified.clientId }),
    ...(requested && namesOf(requested)),
    ...(cause !== undefined && { cause }),
  }
}

const MOST_NAMES = 20

function namesOf(requested: readonly RequestedObject[]): Partial<Refusal> {
  const first = requested.slice(0, MOST_NAMES)
  const named = (...kinds: ObjectKind[]) =>
    first.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
  const [tools, prompts, resources] = [
    named("tool"),
    named("prompt"),
    named("resource", "template"),
  ]
  return {
    ...(tools.length > 0 && { tools }),
    ...(prompts.length > 0 && { prompts }),
    ...(resources.length > 0 && { resources }),
  }
}

// Before the token is looked at.

export const originNotAllowed: Refused = {
  status: 403,
  reason: "origin_not_allowed",
  message: "This origin may not call the server.",
}

export const methodNotAllowed: Refused = {
  status: 405,
  reason: "method_not_allowed",
  message: "Only GET, POST and DELETE are allowed.",
  headers: { allow: "GET, POST, DELETE" },
}

// About the token.

/** A request without a token is not an error, so its challenge has none (RFC 6750 §3.1). */
export function noCredentials({ challengeScopes, metadataUrl }: ProtectedResource): Refused {
  return {
    status: 401,
    reason: "no_credentials",
    message: "Sign in to use this server.",
    challenge: { scopes: challengeScopes, resourceMetadataUrl: metadataUrl },
  }
}

export function malformedCredentials({ metadataUrl }: ProtectedResource): Refused {
  const message = "The Authorization header must hold one bearer token."
  return {
    status: 400,
    reason: "malformed_credentials",
    message,
    challenge: {
      error: "invalid_request",
      description: message,
      resourceMetadataUrl: metadataUrl,
    },
  }
}

/** The verifier refused the token, or could not check it. */
export function tokenRefused(error: unknown, resource: ProtectedResource): Refused {
  if (!(error instanceof TokenError) || error.status === 503) {
    return {
      status: 503,
      reason: error instanceof TokenError ? error.code : "verifier_failed",
      message: "The token could not be checked. Try again shortly.",
      headers: { "retry-after": "5" },
      cause: error,
    }
  }
  if (error.claims !== undefined) return { ...claimsRequired(error.claims, resource), cause: error }
  const { challengeScopes, requireScopes, metadataUrl: resourceMetadataUrl } = resource
  const isInsufficient = error.status === 403
  return {
    status: error.status,
    reason: error.code,
    message: error.message,
    challenge: {
      error: isInsufficient ? "insufficient_scope" : "invalid_token",
      description: error.message,
      scopes: isInsufficient && requireScopes.length > 0 ? requireScopes : challengeScopes,
      resourceMetadataUrl,
    },
    cause: error,
  }
}

/** A 401 that makes the client sign in again with these claims (Conditional Access, CAE). */
export function claimsRequired(
  claims: string,
  resource: ProtectedResource,
  verified?: VerifiedToken,
): Refused {
  const message = "This sign-in is not enough for the call. Sign in again."
  return {
    status: 401,
    reason: "insufficient_claims",
    message,
    challenge: {
      error: "insufficient_claims",
      description: message,
      scopes: signInScopes(resource, verified),
      resourceMetadataUrl: resource.metadataUrl,
      claims,
    },
    ...(verified && { verified }),
  }
}

/**
 * A 403 that names all scopes to ask for: those that the operation needs, and those of this resource
 * that the token has, so that a client which asks for exactly these loses nothing (SEP-2350).
 */
export function insufficientScope(
  verified: VerifiedToken,
  needed: readonly string[],
  resource: ProtectedResource,
): Refused {
  const message = "The token lacks a scope that this request needs."
  return {
    status: 403,
    reason: "insufficient_scope",
    message,
    challenge: {
      error: "insufficient_scope",
      description: message,
      scopes: union(scopesKept(resource, verified), needed),
      resourceMetadataUrl: resource.metadataUrl,
    },
    verified,
  }
}

/** What to ask for in a new sign-in, so that whoever has more loses nothing. */
export const signInScopes = (
  resource: ProtectedResource,
  verified: VerifiedToken | undefined,
): readonly string[] =>
  union(verified ? scopesKept(resource, verified) : [], resource.challengeScopes)

const scopesKept = ({ scopes }: ProtectedResource, verified: VerifiedToken) =>
  verified.scopes.filter((scope) => scopes.includes(scope))

// About the body.

export const unsupportedMediaType: Refused = {
  status: 415,
  reason: "unsupported_media_type",
  message: "The body must be application/json.",
}

export function bodyTooLarge(maxBytes: number): Refused {
  return {
    status: 413,
    reason: "body_too_large",
    message: `The body must not exceed ${maxBytes} bytes.`,
  }
}

export const bodyNotJson: Refused = {
  status: 400,
  reason: "body_not_json",
  message: "The body is not JSON.",
  rpcCode: -32700,
}

/** A mistake in the program around the guard, so the answer tells its author what to change. */
export function bodyAlreadyRead(cause: unknown): Refused {
  return {
    status: 500,
    reason: "body_already_read",
    message: "The body was read before it reached the guard. Pass the result as parsedBody.",
    rpcCode: -32603,
    cause,
  }
}
