import { methodNotAllowed, type Refused } from "../refusals.ts"

export const sessionMissing: Refused = {
  status: 400,
  reason: "session_missing",
  message: "The Mcp-Session-Id header is missing.",
}

export const sessionUnknown: Refused = {
  status: 404,
  reason: "session_unknown",
  message: "Session not found",
  rpcCode: -32001,
}

/** Looks like {@link sessionUnknown} to the caller. */
export const sessionOfAnotherUser: Refused = {
  ...sessionUnknown,
  reason: "session_of_another_user",
}

export const tooManySessions: Refused = {
  status: 503,
  reason: "too_many_sessions",
  message: "Too many sessions. Try again later.",
  headers: { "retry-after": "30" },
}

export const onlyPostAllowed: Refused = {
  ...methodNotAllowed,
  message: "Only POST is allowed.",
  headers: { allow: "POST" },
}
