import { Writable } from "node:stream"
import { IdentityProviderError, OAuthError, type ServerEvent } from "@doorward/oauth-core"
import pino from "pino"
import { expect, test } from "vitest"
import { logEvent } from "../../src/operations/log.ts"

/** The log line of an event, at the level that operators have by default; empty if there is none. */
function lineOfEvent(event: ServerEvent): string {
  let text = ""
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk)
      done()
    },
  })
  logEvent(pino(stream), event)
  return text
}

/** The log line of a refusal whose upstream said `said`. */
function lineOf(said: string): string {
  const upstream = new IdentityProviderError("operator", "http_400", "It failed.", {
    cause: new Error(said),
  })
  const error = new OAuthError("server_error", "upstream_misconfigured", "It failed.", {
    cause: upstream,
  })
  return lineOfEvent({
    type: "request.refused",
    endpoint: "/auth/callback",
    reason: "upstream_misconfigured",
    error: error.cause,
  })
}

test("a device that waits for its person fills no log, but one that does not wait is in it", () => {
  const polled = { type: "request.refused", endpoint: "/token" } as const
  expect(lineOfEvent({ ...polled, reason: "device_pending" })).toBe("")
  expect(lineOfEvent({ ...polled, reason: "device_polls_too_fast" })).toContain("too_fast")
})

test.each([
  ["a client secret", "aBc8Q~dEfGhIjKlMnOpQrStUvWxYz0123456789-"],
  ["a code of the upstream's", `1.AXoA${"x-Y_9".repeat(20)}`],
  ["a token", `eyJhbGciOiJub25lIn0.${"eyJzdWIi".repeat(10)}.${"AbC-_".repeat(12)}`],
  ["a verifier in a form", `${"v".repeat(43)}&redirect_uri=x`],
])("%s that the upstream quotes is not in the log", (_, secret) => {
  const [quoted = ""] = secret.split("&")
  const line = lineOf(`HTTP 400: the request was client_secret=${secret} and it was refused`)
  expect(line).toContain("and it was refused")
  expect(line).not.toContain(quoted)
  expect(line).not.toContain(quoted.slice(0, 20))
})

test("what an operator needs stays: codes, ids and addresses", () => {
  const said =
    "HTTP 401 invalid_client: AADSTS7000215: Invalid client secret. Trace ID: 11111111-2222-3333-4444-555555555555 at https://doorward.happyhill-12345678.westeurope.azurecontainerapps.io/auth/callback"
  expect(lineOf(said)).toContain(said)
})
