import { ClientSecretBasic } from "oauth4webapi"
import { expect, it } from "vitest"
import { upstreamClient } from "../../src/index.ts"

it.each([201, 202, 203, 206])(
  "tokens in an answer with status %i, which no token response has, do not reach the error",
  async (status) => {
    const client = upstreamClient({
      server: { issuer: "https://git.example", token_endpoint: "https://git.example/token" },
      openid: false,
      clientId: "client",
      authentication: ClientSecretBasic("secret"),
      fetch: () =>
        Response.json(
          { token_type: "bearer", access_token: "top-secret", refresh_token: "top-secret" },
          { status },
        ),
    })
    const request = {
      state: "s".repeat(43),
      nonce: "n".repeat(43),
      codeVerifier: "v".repeat(43),
      redirectUri: "https://mcp.example/auth/callback",
      scopes: ["repo"],
      hints: {},
    }
    const callback = new URLSearchParams({ state: request.state, code: "a code" })
    const error: unknown = await client.redeem(callback, request).catch((error) => error)
    expect(error).toMatchObject({ failure: "operator", reason: `http_${status}` })
    const texts = []
    for (let cause = error; cause instanceof Error; cause = cause.cause) texts.push(cause.message)
    expect(texts.join("\n")).toContain(`HTTP ${status}`)
    expect(texts.join("\n")).not.toContain("top-secret")
  },
)
