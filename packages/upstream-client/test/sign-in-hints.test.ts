import type { SignInHints } from "@doorward/oauth-core"
import { describe, expect, it } from "vitest"
import { signInParameters } from "../src/index.ts"

const hints: SignInHints = {
  prompt: "login",
  loginHint: "alice@example.com",
  domainHint: "example.com",
  uiLocales: "de",
  claims: "{}",
}

describe("signInParameters", () => {
  it("translates every hint, and adds nothing", () => {
    expect(signInParameters(hints, {})).toEqual({
      prompt: "login",
      login_hint: "alice@example.com",
      domain_hint: "example.com",
      ui_locales: "de",
      claims: "{}",
    })
    expect(signInParameters({}, {})).toEqual({})
  })

  it("keeps the operator's parameters unless a hint replaces them", () => {
    const fixed = { prompt: "consent", ui_locales: "fr", audience: "api" }
    expect(signInParameters({ uiLocales: "de" }, fixed)).toEqual({ ...fixed, ui_locales: "de" })
    expect(signInParameters({ prompt: "login" }, fixed).prompt).toBe("login")
  })

  it("asks the provider's rule when both sides set a prompt, and only then", () => {
    const rules = { mergePrompts: (hinted: string, fixed: string) => `${fixed} ${hinted}` }
    const fixed = { prompt: "consent" }
    expect(signInParameters(hints, fixed, rules).prompt).toBe("consent login")
    expect(signInParameters(hints, {}, rules).prompt).toBe("login")
    expect(signInParameters({}, fixed, rules).prompt).toBe("consent")
  })

  it("leaves login_hint out where the provider refuses it, whoever set it", () => {
    const rules = { refusesLoginHint: (prompt: string | undefined) => prompt === "login" }
    expect(signInParameters(hints, {}, rules)).not.toHaveProperty("login_hint")
    const fixed = { prompt: "login", login_hint: "bob@example.com" }
    expect(signInParameters({}, fixed, rules)).not.toHaveProperty("login_hint")
    expect(signInParameters({ ...hints, prompt: "select_account" }, {}, rules)).toHaveProperty(
      "login_hint",
    )
  })
})
