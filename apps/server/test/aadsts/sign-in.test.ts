import { describe, expect, test } from "vitest"
import { bob, mcpClient, throughPages } from "../support/mcp-client.ts"
import { redirectUri } from "../support/oauth-client.ts"
import { world } from "../support/world.ts"
import { detailOf, meanings } from "./meanings.ts"
import { pageRows, signInPageRows } from "./page-rows.ts"
import { inOtherModes, type Row } from "./row.ts"
import { signInRows } from "./sign-in-rows.ts"

const rows: readonly Row[] = [
  ...signInRows.map((row) => ({ mode: "api" as const, ...row })),
  ...inOtherModes(signInRows),
]

describe.each(rows)("AADSTS$code at the sign-in, in $mode mode: $when", (row) => {
  const { code } = row
  const { atSignIn, reason, isError } = meanings[row.means]

  test(`the MCP client gets ${atSignIn}, the log ${reason}`, async () => {
    await using entra = await world(row.environment, row.options)
    row.provoke?.(entra)
    const client = await mcpClient(entra)
    const signInPage = await client.toEntra()
    let page = row.declines
      ? await signInPage.submit({ name: "decision", value: "cancel" })
      : await throughPages(signInPage, row.username ?? bob)
    // A page of Entra ID explains it to the person, who comes back.
    if (!page.stopped) {
      expect(page.text).toContain(`AADSTS${code}`)
      page = await page.submit({ name: "decision", value: "cancel" })
    }

    expect(page.url.href.split("?")[0]).toBe(redirectUri)
    const answer = Object.fromEntries(page.url.searchParams)
    expect(answer).toEqual({
      error: atSignIn,
      error_description: expect.stringMatching(/^[^{}]{10,400}$/),
      state: "the-state",
      iss: entra.server.url,
    })
    expect(answer.error_description).not.toMatch(/AADSTS|Trace|Correlation/)

    const [line, another] = entra.refusals()
    expect(another).toBeUndefined()
    expect(line).toMatchObject({
      level: isError ? 50 : 30,
      endpoint: "/auth/callback",
      clientId: client.clientId,
      reason,
      detail: detailOf(code),
    })
    expect(JSON.stringify(line?.error)).toContain(`AADSTS${code}`)
  })
})

describe.each(pageRows)("AADSTS$code at the sign-in: $when", (row) => {
  test("Entra ID tells the person, and neither the MCP client nor the server hears of it", async () => {
    await using entra = await world(row.environment)
    row.provoke?.(entra)
    const page = await (await mcpClient(entra)).toEntra()
    expect(page.stopped).toBe(false)
    expect(page.status).toBe(400)
    expect(page.text).toContain(`AADSTS${row.code}`)
    expect(page.forms).toEqual([])
    expect(entra.refusals()).toEqual([])
  })
})

describe.each(signInPageRows)("AADSTS$code at the sign-in: $when", (row) => {
  test("Entra ID tells the person, who can sign in as somebody else", async () => {
    await using entra = await world()
    const page = await throughPages(await (await mcpClient(entra)).toEntra(), row.username ?? "")
    expect(page.text).toContain(`AADSTS${row.code}`)
    const back = await throughPages(page, bob)
    expect(back.url.searchParams.has("code")).toBe(true)
    expect(entra.refusals()).toEqual([])
  })
})
