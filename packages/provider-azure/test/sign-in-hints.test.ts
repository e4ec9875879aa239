import type { SignInHints } from "@doorward/oauth-core"
import { describe, expect, it } from "vitest"
import { entra } from "./entra.ts"

async function parametersOf(hints: SignInHints, authorizeParameters: Record<string, string> = {}) {
  const { provider, request } = entra()
  const azure = provider({ scopes: ["User.Read"], authorizeParameters })
  return Object.fromEntries((await azure.authorizationUrl(request(azure, { hints }))).searchParams)
}

describe("the request to Entra ID", () => {
  it("carries the client's hints", async () => {
    const hints: SignInHints = {
      prompt: "login",
      loginHint: "bob@contoso.example",
      domainHint: "contoso.example",
      uiLocales: "de",
    }
    expect(await parametersOf(hints)).toMatchObject({
      prompt: "login",
      login_hint: "bob@contoso.example",
      domain_hint: "contoso.example",
      ui_locales: "de",
    })
  })

  it("has no login_hint beside select_account, which Entra ID refuses", async () => {
    const sent = await parametersOf({ prompt: "select_account", loginHint: "bob@contoso.example" })
    expect(sent.prompt).toBe("select_account")
    expect(sent).not.toHaveProperty("login_hint")
  })

  it("carries nothing that was not asked for", async () => {
    const sent = await parametersOf({})
    for (const name of [
      "prompt",
      "login_hint",
      "domain_hint",
      "claims",
      "response_mode",
      "resource",
    ]) {
      expect(sent).not.toHaveProperty(name)
    }
  })

  it("has the operator's parameters, which a hint of the client replaces", async () => {
    const fixed = { domain_hint: "contoso.example", prompt: "select_account", mkt: "de" }
    expect(await parametersOf({ prompt: "login" }, fixed)).toMatchObject({
      domain_hint: "contoso.example",
      prompt: "login",
      mkt: "de",
    })
  })
})
