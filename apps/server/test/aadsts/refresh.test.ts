import { describe, expect, test } from "vitest"
import { type McpClient, mcpClient, type Tokens } from "../support/mcp-client.ts"
import { type World, world } from "../support/world.ts"
import { detailOf, meanings } from "./meanings.ts"
import { refreshRows } from "./refresh-rows.ts"
import { inOtherModes, type Row } from "./row.ts"

/** Longer than a confirmation by the upstream is relied on. */
const minutes = 6

const rows: readonly Row[] = [
  ...refreshRows.map((row) => ({ mode: "api" as const, ...row })),
  ...inOtherModes(refreshRows),
]

describe.each(rows)("AADSTS$code at a refresh, in $mode mode: $when", (row) => {
  const { code } = row
  const { atRefresh, reason, isError, endsGrant } = meanings[row.means]

  test(`the MCP client gets ${atRefresh.error}, the log ${reason}`, async () => {
    await using entra = await world(row.environment, row.options)
    const client = await mcpClient(entra)
    const tokens = await client.signIn(row.username)
    entra.later(minutes)
    row.provoke?.(entra)

    const { status, retryAfter, body } = await client.refresh(tokens)
    expect({ status, error: body.error }).toEqual(atRefresh)
    expect(body.error_description).not.toMatch(/AADSTS|Trace|Correlation/)
    expect(retryAfter).toEqual(endsGrant ? null : expect.stringMatching(/^\d+$/))

    const [line, another] = entra.refusals()
    expect(another).toBeUndefined()
    expect(line).toMatchObject({
      level: isError ? 50 : 30,
      endpoint: "/token",
      clientId: client.clientId,
      reason,
      detail: detailOf(code),
    })
    expect(JSON.stringify(line?.error)).toContain(`AADSTS${code}`)
    if (endsGrant) await expectEnded(entra, client, tokens)
    else await expectAlive(entra, client, tokens, row.fix)
  })
})

/** The tokens no longer work, neither at /token nor at /mcp. */
async function expectEnded(entra: World, client: McpClient, tokens: Tokens) {
  expect(entra.log.filter(({ msg }) => msg === "grant.ended")).toMatchObject([
    { cause: "upstream_refused", clientId: client.clientId },
  ])
  const call = await client.callTool(tokens, "whoami")
  expect(call).toMatchObject({ status: 401, challenge: { error: "invalid_token" } })
  expect((await client.refresh(tokens)).body.error).toBe("invalid_grant")
}

/** Nothing was lost: the access token works, and so does the refresh token once the cause is fixed. */
async function expectAlive(
  entra: World,
  client: McpClient,
  tokens: Tokens,
  fix: ((world: World) => void) | undefined,
) {
  expect(entra.log.filter(({ msg }) => msg === "grant.ended")).toEqual([])
  expect((await client.callTool(tokens, "whoami")).isError).toBe(false)
  if (fix) fix(entra)
  else entra.emulator.control({ action: "recover" })
  expect((await client.refresh(tokens)).status).toBe(200)
}
