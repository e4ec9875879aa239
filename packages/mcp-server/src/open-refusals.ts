import type { Refused } from "./refusals.ts"

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
