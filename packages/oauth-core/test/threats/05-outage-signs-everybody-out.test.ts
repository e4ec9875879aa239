import { expect, test } from "vitest"
import { IdentityProviderError } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

const faults: readonly [string, () => never][] = [
  ["a timeout", () => unavailable("timeout")],
  ["throttling", () => unavailable("http_429")],
  ["a 5xx", () => unavailable("http_503")],
  [
    "an expired client secret",
    () => fail(new IdentityProviderError("operator", "AADSTS7000222", "x")),
  ],
  [
    "a broken network",
    () => fail(new TypeError("fetch failed: connect ECONNREFUSED 10.1.2.3:443")),
  ],
  ["garbage", () => fail(new SyntaxError('Unexpected token "<", "<html>secret"... is not JSON'))],
]

test.each(faults)(
  "%s upstream is 503 with Retry-After, and the user stays signed in",
  async (_, fault) => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    server.advance(10 * 60_000)
    server.upstream.onRefresh = fault
    const response = await server.post("/token", {
      grant_type: "refresh_token",
      client_id: clientId,
      refresh_token: tokens.refresh_token,
    })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0)
    const text = await response.text()
    expect(JSON.parse(text).error).toBe("temporarily_unavailable")
    expect(text).not.toMatch(/ECONNREFUSED|secret|SyntaxError|AADSTS|at .*:\d+/)

    await server.verify(tokens.access_token)
    server.upstream.onRefresh = undefined
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  },
)

function unavailable(reason: string): never {
  throw new IdentityProviderError("unavailable", reason, "The sign-in service does not answer.")
}

function fail(error: Error): never {
  throw error
}
