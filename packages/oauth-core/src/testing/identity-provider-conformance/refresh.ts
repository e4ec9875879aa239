import { assert, assertEqual, assertFails, type ProviderCheck, tokenRequests } from "./check.ts"
import { forgeSignature } from "./forged-signature.ts"

export const refreshChecks: readonly ProviderCheck[] = [
  [
    "a refresh confirms the same person with fresh tokens, and the old ones are not changed",
    async (fixture) => {
      const { identity, tokens, scopes } = await fixture.signIn()
      const before = JSON.stringify(tokens)
      const again = await fixture.provider.refresh(tokens, scopes)
      assertEqual(again.identity.issuer, identity.issuer, "issuer")
      assertEqual(again.identity.subject, identity.subject, "subject")
      assertEqual([...again.scopes].sort(), [...scopes].sort(), "scopes")
      assert(again.tokens.expiresAt > Date.now(), "the new access token has expired already")
      assertEqual(JSON.stringify(tokens), before, "the tokens that were passed in")
    },
  ],
  [
    "refreshed tokens can be refreshed again, even after being stored as JSON",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      const second = await fixture.provider.refresh(tokens, scopes)
      const stored = JSON.parse(JSON.stringify(second.tokens))
      await fixture.provider.refresh(stored, second.scopes)
    },
  ],
  [
    "a refresh does not grant more than the grant has",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      const again = await fixture.provider.refresh(tokens, scopes.slice(0, 1))
      assertEqual(again.scopes, scopes.slice(0, 1), "scopes")
    },
  ],
  [
    "a refresh token is kept if the upstream does not replace it",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      fixture.alter = (body) => {
        delete body.refresh_token
      }
      const again = await fixture.provider.refresh(tokens, scopes)
      assertEqual(again.tokens.refreshToken, tokens.refreshToken, "refresh token")
    },
  ],
  [
    "a refresh sends no resource and nothing in the URL",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      await fixture.provider.refresh(tokens, scopes)
      const last = tokenRequests(fixture).at(-1)
      assertEqual(last?.form.get("grant_type"), "refresh_token", "grant_type")
      assertEqual(last?.url.search, "", "query of the token endpoint")
      assert(!last?.form.has("resource"), "resource was sent")
    },
  ],
  [
    "an unknown refresh token requires a new sign-in",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      const unknown = { ...tokens, refreshToken: "never-issued" }
      const attempt = fixture.provider.refresh(unknown, scopes)
      await assertFails(attempt, ["sign_in_required"], "unknown refresh token")
    },
  ],
  [
    "expired tokens without a refresh token require a new sign-in",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      const { refreshToken: _, ...bare } = tokens
      fixture.clock.ahead = 7 * 86_400_000
      const attempt = fixture.provider.refresh(bare, scopes)
      await assertFails(attempt, ["sign_in_required"], "no refresh token")
    },
  ],
  [
    "a forged token does not confirm anybody",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      fixture.alter = (body) => forgeSignature(body, fixture.harness.identityFrom)
      await assertFails(fixture.provider.refresh(tokens, scopes), ["operator"], "forged token")
    },
  ],
  [
    "a refused client is the operator's problem and does not end the sign-in",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      fixture.intercept = () => Response.json({ error: "invalid_client" }, { status: 401 })
      await assertFails(fixture.provider.refresh(tokens, scopes), ["operator"], "invalid_client")
      fixture.intercept = undefined
      await fixture.provider.refresh(tokens, scopes)
    },
  ],
]
