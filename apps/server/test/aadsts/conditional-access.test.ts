import { describe, expect, test } from "vitest"
import { type McpClient, mcpClient, type Tokens, throughPages } from "../support/mcp-client.ts"
import { type Mode, modes, type World, world } from "../support/world.ts"

const bob = "bob@contoso.example"
const graphClientId = "00000003-0000-0000-c000-000000000000"

/** From now on Microsoft Graph needs a second factor; the sign-in itself does not. */
const protectGraph = (entra: World) =>
  entra.emulator.control({
    action: "configure",
    conditionalAccess: [{ control: "mfa", resources: [graphClientId], id: policy }],
  })
const policy = "3f2f8f0e-8f0a-4b3f-9d5c-1a2b3c4d5e6f"
const claims = JSON.stringify({
  access_token: { capolids: { essential: true, values: [policy] } },
})

/** The 401 that asks a client for another sign-in. */
const challenged = {
  status: 401,
  challenge: {
    error: "insufficient_claims",
    claims: btoa(claims),
    resource_metadata: expect.stringContaining("/.well-known/oauth-protected-resource/mcp"),
  },
}

/** Signs in again up to Entra ID, where the claims must arrive. */
async function signInAgain(client: McpClient): Promise<{ sent: string | null; tokens: Tokens }> {
  const page = await client.toEntra()
  const authorize = page.hops.find(({ url }) => url.pathname.endsWith("/oauth2/v2.0/authorize"))
  const back = await throughPages(page, bob)
  const code = back.url.searchParams.get("code") ?? ""
  return {
    sent: authorize?.url.searchParams.get("claims") ?? null,
    tokens: await client.redeem(code),
  }
}

describe.each(["api", "mixed"] as const)(
  "in %s mode, a tool's call needs a second factor",
  (mode) => {
    async function refusedCall(mfaRegistered = true) {
      const entra = await world(modes[mode])
      const client = await mcpClient(entra)
      const tokens = await client.signIn(bob)
      protectGraph(entra)
      entra.emulator.control({ action: "update-user", username: bob, changes: { mfaRegistered } })
      return { entra, client, tokens, call: await client.callTool(tokens) }
    }

    test.each([
      ["AADSTS50076", true],
      ["AADSTS50079", false],
    ])("%s: 401 insufficient_claims, and the log says why", async (detail, mfaRegistered) => {
      const { entra, call } = await refusedCall(mfaRegistered)
      await using _ = entra
      expect(call).toMatchObject(challenged)
      expect(entra.refusals()).toMatchObject([
        { msg: "upstream.failed", reason: "upstream_interaction_required", detail, level: 30 },
      ])
      expect(entra.log.filter(({ msg }) => msg === "mcp.refused")).toMatchObject([
        { reason: "insufficient_claims", status: 401 },
      ])
    })

    test("if the response has begun as a stream, the tool says so and the next request gets the 401", async () => {
      await using entra = await world(modes[mode])
      const client = await mcpClient(entra)
      const tokens = await client.signIn(bob)
      protectGraph(entra)
      const call = await client.callTool(tokens, "graph_me", "2025-11-25")
      expect(call).toMatchObject({ status: 200, isError: true })
      expect(call.text).toBe("A second factor is required. Sign in again.")
      expect(await client.callTool(tokens, "whoami", "2025-11-25")).toMatchObject(challenged)
    })

    test("every later request is refused with it too, also after a refresh", async () => {
      const { entra, client, tokens } = await refusedCall()
      await using _ = entra
      expect(await client.callTool(tokens, "whoami")).toMatchObject(challenged)
      entra.later(6)
      const refreshed = await client.refresh(tokens)
      expect(refreshed).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
      expect(entra.refusals().at(-1)).toMatchObject({
        endpoint: "/token",
        reason: "upstream_interaction_required",
      })
    })

    test("the next sign-in carries the claims to Entra ID, and the tool works again", async () => {
      const { entra, client } = await refusedCall()
      await using _ = entra
      const again = await signInAgain(client)
      expect(again.sent).toBe(claims)
      expect(await client.callTool(again.tokens)).toMatchObject({ status: 200, isError: false })
      // The challenge was met: no later sign-in carries it.
      expect((await signInAgain(client)).sent).toBeNull()
    })

    test("another client's sign-in does not carry them", async () => {
      const { entra } = await refusedCall()
      await using _ = entra
      expect((await signInAgain(await mcpClient(entra))).sent).toBeNull()
    })
  },
)

test("in sign-in mode the person is asked at the sign-in, which is for Graph itself", async () => {
  await using entra = await world(modes["sign-in"])
  protectGraph(entra)
  const client = await mcpClient(entra)
  const page = await (await client.toEntra()).submit("Next", { username: bob })
  expect(page.title).toContain("Approve sign-in request")
  const back = await throughPages(page, bob)
  const tokens = await client.redeem(back.url.searchParams.get("code") ?? "")
  expect(await client.callTool(tokens)).toMatchObject({ status: 200, isError: false })
})

test("in sign-in mode a policy that is added later ends the sign-in once its token has expired", async () => {
  await using entra = await world(modes["sign-in"], { accessTokenSeconds: 180 })
  const client = await mcpClient(entra)
  const tokens = await client.signIn(bob)
  protectGraph(entra)
  entra.later(3)
  expect(await client.callTool(tokens)).toMatchObject({ status: 401 })
  expect(entra.refusals()).toMatchObject([
    { reason: "upstream_interaction_required", detail: "AADSTS50076" },
  ])
  entra.later(0.1)
  expect(await client.callTool(tokens)).toMatchObject({
    status: 401,
    challenge: { error: "invalid_token" },
  })
  const again = await client.signIn(bob)
  expect(await client.callTool(again)).toMatchObject({ status: 200, isError: false })
})

/** Continuous access evaluation: how a client says that it understands claims challenges. */
const cp1 = JSON.stringify({ access_token: { xms_cc: { values: ["cp1"] } } })

test("continuous access evaluation: Graph's own challenge reaches the client, and the client's answer reaches Graph", async () => {
  await using entra = await world(modes["sign-in"])
  const client = await mcpClient(entra)
  const tokens = await client.signIn(bob, { claims: cp1 })
  expect((await client.callTool(tokens)).isError).toBe(false)
  entra.later(1)
  entra.emulator.control({ action: "revoke-sessions", username: bob })

  const call = await client.callTool(tokens)
  expect(call).toMatchObject({ status: 401, challenge: { error: "insufficient_claims" } })
  const wanted = JSON.parse(atob(call.challenge.claims ?? ""))
  expect(wanted).toEqual({ access_token: { nbf: { essential: true, value: expect.any(String) } } })
  expect(await client.callTool(tokens, "whoami")).toMatchObject({ status: 401 })

  const again = await signInAgain(client)
  expect(JSON.parse(again.sent ?? "")).toEqual(wanted)
  expect(await client.callTool(again.tokens)).toMatchObject({ status: 200, isError: false })
})

test.each(Object.keys(modes) as Mode[])(
  "in %s mode a client that passes the challenge on itself may do so",
  async (mode) => {
    await using entra = await world(modes[mode])
    const client = await mcpClient(entra)
    const page = await client.toEntra({ claims })
    const authorize = page.hops.find(({ url }) => url.pathname.endsWith("/oauth2/v2.0/authorize"))
    expect(authorize?.url.searchParams.get("claims")).toBe(claims)
  },
)
