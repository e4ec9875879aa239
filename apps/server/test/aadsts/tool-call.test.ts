import { describe, expect, test } from "vitest"
import { mcpClient } from "../support/mcp-client.ts"
import { type Mode, modes, world } from "../support/world.ts"
import { detailOf, meanings } from "./meanings.ts"
import { toolRows } from "./tool-rows.ts"

describe.each(toolRows)("AADSTS$code at a tool's On-Behalf-Of: $when", (row) => {
  const { code } = row
  const { reason, isError } = meanings[row.means]

  test(`the tool call fails with a text, the log has ${reason}, the sign-in goes on`, async () => {
    await using entra = await world(row.environment, row.options)
    const client = await mcpClient(entra)
    const tokens = await client.signIn()
    entra.later(1)
    row.provoke?.(entra)

    const call = await client.callTool(tokens, "graph_me")
    expect(call).toMatchObject({ status: 200, isError: true })
    expect(call.text).toMatch(/^[A-Z].{10,400}\.$/)
    expect(call.text).not.toMatch(/AADSTS|Trace|Correlation/)

    const [line, another] = entra.refusals()
    expect(another).toBeUndefined()
    expect(line).toMatchObject({
      msg: "upstream.failed",
      level: isError ? 50 : 30,
      clientId: client.clientId,
      reason,
      detail: detailOf(code),
    })
    expect(JSON.stringify(line?.error)).toContain(`AADSTS${code}`)
    expect((await client.callTool(tokens, "whoami")).isError).toBe(false)
  })
})

/** The upstream token has nearly expired when the tool asks, so that every mode gets a new one. */
const shortLived = { accessTokenSeconds: 180 }

describe.each(Object.keys(modes) as Mode[])(
  "in %s mode, with an expired upstream token",
  (mode) => {
    async function calling(code: Parameters<Awaited<ReturnType<typeof world>>["answerWith"]>[0]) {
      const entra = await world(modes[mode], shortLived)
      const client = await mcpClient(entra)
      const tokens = await client.signIn()
      entra.later(3)
      entra.answerWith(code)
      const call = await client.callTool(tokens)
      return { entra, client, tokens, call }
    }

    test("the tool gets a fresh one", async () => {
      await using entra = await world(modes[mode], shortLived)
      const client = await mcpClient(entra)
      const tokens = await client.signIn()
      entra.later(3)
      const call = await client.callTool(tokens)
      expect(call).toMatchObject({ status: 200, isError: false })
      expect(call.text).toContain("bob@contoso.example")
    })

    test("AADSTS50173: the tool call fails, and within 5 seconds the client is asked to sign in", async () => {
      const { entra, client, tokens, call } = await calling(50173)
      await using _ = entra
      expect(call).toMatchObject({ status: 200, isError: true })
      expect(call.text).toBe("The sign-in was revoked. Sign in again.")
      expect(entra.refusals()).toMatchObject([
        { msg: "upstream.failed", reason: "upstream_sign_in_required", detail: "AADSTS50173" },
      ])
      entra.later(0.1)
      const next = await client.callTool(tokens, "whoami")
      expect(next).toMatchObject({ status: 401, challenge: { error: "invalid_token" } })
      expect(entra.log.filter(({ msg }) => msg === "mcp.refused")).toMatchObject([
        { reason: "inactive" },
      ])
    })

    test.each([
      [7000222, "upstream_misconfigured", "AADSTS7000222"],
      [90055, "upstream_unavailable", "http_429"],
    ])("AADSTS%i: the tool call fails, and nothing is lost", async (code, reason, detail) => {
      const { entra, client, tokens, call } = await calling(code)
      await using _ = entra
      expect(call).toMatchObject({ status: 200, isError: true })
      expect(entra.refusals()).toMatchObject([{ msg: "upstream.failed", reason, detail }])
      entra.emulator.control({ action: "recover" })
      expect(await client.callTool(tokens)).toMatchObject({ status: 200, isError: false })
    })
  },
)
