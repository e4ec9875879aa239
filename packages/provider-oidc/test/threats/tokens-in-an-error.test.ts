import { expect, it } from "vitest"
import { oauthProvider } from "../../src/index.ts"
import { redirectUri } from "../openid-upstream.ts"

it.each([201, 202, 203, 206])(
  "tokens that come with status %i, which is none of a token response, are not in the error",
  async (status) => {
    const provider = oauthProvider({
      authorizationEndpoint: "https://git.example/authorize",
      tokenEndpoint: "https://git.example/token",
      clientId: "client",
      clientSecret: "secret",
      scopes: ["repo"],
      tokenVerifier: { verify: () => Promise.reject(new Error("not reached")) },
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
      redirectUri,
      scopes: ["repo"],
      hints: {},
    }
    const callback = new URLSearchParams({ state: request.state, code: "a code" })
    const error: unknown = await provider.redeem(callback, request).catch((error) => error)
    expect(error).toMatchObject({ failure: "operator", reason: `http_${status}` })
    const texts = []
    for (let cause = error; cause instanceof Error; cause = cause.cause) texts.push(cause.message)
    expect(texts.join("\n")).toContain(`HTTP ${status}`)
    expect(texts.join("\n")).not.toContain("top-secret")
  },
)
