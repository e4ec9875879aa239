import type { Refused } from "./refusals.ts"

/** "The server offers no stream here" (MCP transports, Streamable HTTP), for whoever has not signed in. */
export const noOpenStream: Refused = {
  status: 405,
  reason: "method_not_allowed",
  message: "There is no stream without a token.",
  headers: { allow: "POST" },
}

export const tooManyOpenRequests: Refused = {
  status: 503,
  reason: "too_many_open_requests",
  message: "Too many requests without a token. Sign in, or try again shortly.",
  headers: { "retry-after": "1" },
}

/** What a request without a token asked for could not be answered. */
export const openFailed = (cause: unknown): Refused => ({
  status: 503,
  reason: "open_answer_failed",
  message: "The server's answer could not be read. Try again shortly.",
  headers: { "retry-after": "5" },
  cause,
})
