import type { UpstreamFailure } from "@doorward/oauth-core"
import { describe, expect, it } from "vitest"
import { type Code, meanings } from "./aadsts-meanings.ts"
import { entra } from "./entra.ts"
import { mcpClient } from "./mcp-client.ts"

/** What an MCP client is told, and whether its grant is over. */
const told: Record<
  UpstreamFailure,
  { atCallback: string; atRefresh: [status: number, error: string]; ends: boolean; log: string }
> = {
  denied: {
    atCallback: "access_denied",
    atRefresh: [400, "invalid_grant"],
    ends: true,
    log: "upstream_denied",
  },
  sign_in_required: {
    atCallback: "login_required",
    atRefresh: [400, "invalid_grant"],
    ends: true,
    log: "upstream_sign_in_required",
  },
  interaction_required: {
    atCallback: "interaction_required",
    atRefresh: [400, "invalid_grant"],
    ends: true,
    log: "upstream_interaction_required",
  },
  operator: {
    atCallback: "server_error",
    atRefresh: [503, "temporarily_unavailable"],
    ends: false,
    log: "upstream_misconfigured",
  },
  unavailable: {
    atCallback: "temporarily_unavailable",
    atRefresh: [503, "temporarily_unavailable"],
    ends: false,
    log: "upstream_unavailable",
  },
}

const rows = Object.entries(meanings).flatMap(([failure, codes]) =>
  codes.map((code) => [code, failure as UpstreamFailure] as const),
)

/** Everything that a log can show of an event, including causes. */
function logOf(event: { error?: unknown } | undefined): string {
  const lines: string[] = []
  for (let error = event?.error; error instanceof Error; error = error.cause) {
    lines.push(error.message)
  }
  return lines.join("\n")
}

describe.each(rows)("AADSTS%i (%s)", (code: Code, failure) => {
  const expected = told[failure]
  // A server error is reported by its status.
  const detail = failure === "unavailable" ? /^http_\d{3}$/ : new RegExp(`^AADSTS${code}$`)

  it("at the sign-in", async () => {
    const world = entra()
    const client = await mcpClient(world)
    const fault = { endpoint: "token", grantType: "authorization_code", code } as const
    world.emulator.control({ action: "fail", fault })
    const { answer } = await client.authorize()
    expect(answer.get("error")).toBe(expected.atCallback)
    expect(answer.toString()).not.toContain("AADSTS")
    const [refusal] = client.reasons()
    expect(refusal?.reason).toBe(expected.log)
    expect(refusal?.detail).toMatch(detail)
    expect(logOf(refusal)).toContain(`AADSTS${code}`)
  })

  it("at a refresh", async () => {
    const world = entra()
    const client = await mcpClient(world)
    const { refresh_token } = await client.redeem((await client.authorize()).answer.get("code"))
    world.clock.now += 10 * 60_000
    world.emulator.control({ action: "fail", fault: { endpoint: "token", code } })
    const response = await client.refresh(refresh_token)
    const body = await response.json()
    expect([response.status, body.error]).toEqual(expected.atRefresh)
    expect(JSON.stringify(body)).not.toContain("AADSTS")
    expect(response.headers.has("retry-after")).toBe(!expected.ends)
    const [refusal] = client.reasons()
    expect(refusal?.reason).toBe(expected.log)
    expect(refusal?.detail).toMatch(detail)
    expect(logOf(refusal)).toContain(`AADSTS${code}`)

    world.emulator.control({ action: "recover" })
    const again = await client.refresh(refresh_token)
    expect(again.status).toBe(expected.ends ? 400 : 200)
  })
})
