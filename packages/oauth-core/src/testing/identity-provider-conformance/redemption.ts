import type { SignIn } from "../../ports/identity-provider.ts"
import {
  assert,
  assertEqual,
  assertFails,
  type ProviderCheck,
  type ProviderFixture,
  tokenRequests,
} from "./check.ts"
import { forgeSignature } from "./forged-signature.ts"

export const redemptionChecks: readonly ProviderCheck[] = [
  [
    "a sign-in says who signed in, what was granted and until when",
    async (fixture) => {
      const { identity, tokens, scopes } = await fixture.signIn()
      assert(URL.canParse(identity.issuer), `the issuer ${identity.issuer} is not a URL`)
      assert(identity.subject !== "", "the subject is empty")
      assertEqual([...scopes].sort(), [...fixture.provider.scopes].sort(), "scopes")
      assert(tokens.accessToken !== "", "there is no access token")
      assert(tokens.expiresAt > Date.now(), "the access token has expired already")
      assert(
        tokens.expiresAt < Date.now() + 366 * 86_400_000,
        "the access token practically never expires",
      )
    },
  ],
  [
    "a sign-in survives being stored as JSON",
    async (fixture) => {
      const { identity, tokens } = await fixture.signIn()
      for (const value of [identity, tokens]) {
        assertEqual(JSON.parse(JSON.stringify(value)), value, "after JSON")
      }
    },
  ],
  [
    "a person has the same subject at every sign-in, and two people have different ones",
    async (fixture) => {
      const key = ({ identity }: SignIn) => `${identity.issuer} ${identity.subject}`
      const first = key(await fixture.signIn("first"))
      assertEqual(key(await fixture.signIn("first")), first, "the same person")
      assert(key(await fixture.signIn("second")) !== first, "two people have the same subject")
    },
  ],
  [
    "a request for one scope is granted only that scope",
    async (fixture) => {
      const scopes = fixture.provider.scopes.slice(0, 1)
      const request = fixture.request({ scopes })
      const signIn = await fixture.provider.redeem(await fixture.callback(request), request)
      assertEqual(signIn.scopes, scopes, "scopes")
    },
  ],
  [
    "the code is redeemed once, by POST, with the verifier and redirect URI, and without a resource",
    async (fixture) => {
      const request = fixture.request()
      await fixture.provider.redeem(await fixture.callback(request), request)
      const [redemption, ...more] = tokenRequests(fixture)
      assert(redemption !== undefined && more.length === 0, "not exactly one token request")
      assertEqual(redemption.method, "POST", "method")
      assertEqual(redemption.url.search, "", "query of the token endpoint")
      assertEqual(redemption.form.get("code_verifier"), request.codeVerifier, "code_verifier")
      assertEqual(redemption.form.get("redirect_uri"), request.redirectUri, "redirect_uri")
      assert(!redemption.form.has("resource"), "resource was sent")
    },
  ],
  [
    "a code that was already redeemed requires a new sign-in",
    async (fixture) => {
      const request = fixture.request()
      const callback = await fixture.callback(request)
      await fixture.provider.redeem(callback, request)
      await assertFails(fixture.provider.redeem(callback, request), ["sign_in_required"], "replay")
    },
  ],
  [
    "a verifier that does not match the challenge is refused",
    async (fixture) => {
      const request = fixture.request()
      const callback = await fixture.callback(request)
      const { codeVerifier } = fixture.request()
      const attempt = fixture.provider.redeem(callback, { ...request, codeVerifier })
      await assertFails(attempt, ["sign_in_required"], "another verifier")
    },
  ],
  [
    "a nonce that does not match the id_token is refused",
    async (fixture) => {
      if (fixture.harness.identityFrom !== "id_token") return
      const request = fixture.request()
      const callback = await fixture.callback(request)
      const { nonce } = fixture.request()
      const attempt = fixture.provider.redeem(callback, { ...request, nonce })
      await assertFails(attempt, ["sign_in_required"], "another nonce")
    },
  ],
  [
    "a callback with a different state, no code, two codes or no parameters sends nothing upstream",
    async (fixture) => {
      const request = fixture.request()
      const good = await fixture.callback(request)
      const changed = (change: (parameters: URLSearchParams) => void) => {
        const parameters = new URLSearchParams(good)
        change(parameters)
        return parameters
      }
      const callbacks = {
        "another state": changed((answer) => answer.set("state", fixture.request().state)),
        "no state": changed((answer) => answer.delete("state")),
        "two states": changed((answer) => answer.append("state", request.state)),
        "no code": changed((answer) => answer.delete("code")),
        "an empty code": changed((answer) => answer.set("code", "")),
        "two codes": changed((answer) => answer.append("code", "another")),
        nothing: new URLSearchParams(),
      }
      for (const [what, callback] of Object.entries(callbacks)) {
        const attempt = fixture.provider.redeem(callback, request)
        await assertFails(attempt, ["sign_in_required"], what)
      }
      assertEqual(tokenRequests(fixture).length, 0, "token requests")
    },
  ],
  [
    "a person who declines is denied, and the upstream's text stays out of the message",
    async (fixture) => {
      const request = fixture.request()
      const url = await fixture.provider.authorizationUrl(request)
      const { searchParams } = await fixture.harness.signIn(url, "first", "decline")
      const attempt = fixture.provider.redeem(searchParams, request)
      const error = await assertFails(attempt, ["denied"], "declined")
      const raw = searchParams.get("error_description") ?? "error_description"
      assert(!error.message.includes(raw), "the message contains the upstream's text")
      assertEqual(tokenRequests(fixture).length, 0, "token requests")
    },
  ],
  [
    "a token with a forged signature does not sign anybody in",
    async (fixture) => {
      const request = fixture.request()
      const callback = await fixture.callback(request)
      fixture.alter = (body) => forgeSignature(body, fixture.harness.identityFrom)
      await assertFails(fixture.provider.redeem(callback, request), ["operator"], "forged token")
    },
  ],
  [
    "an expired token does not sign anybody in",
    async (fixture) => {
      const request = fixture.request()
      const callback = await fixture.callback(request)
      fixture.clock.ahead = 7 * 86_400_000
      await assertFails(fixture.provider.redeem(callback, request), ["operator"], "expired token")
    },
  ],
  [
    "no error contains a secret that was sent",
    async (fixture) => {
      for (const error of await errorsOfBrokenSignIns(fixture)) {
        const text = `${error.message} ${error.reason} ${error.cause}`
        for (const secret of fixture.sent.flatMap(secretsOf)) {
          assert(!text.includes(secret), `an error repeats what was sent: ${error.message}`)
        }
      }
    },
  ],
]

async function errorsOfBrokenSignIns(fixture: ProviderFixture) {
  const request = fixture.request()
  const callback = await fixture.callback(request)
  await fixture.provider.redeem(callback, request)
  const replay = await assertFails(
    fixture.provider.redeem(callback, request),
    ["sign_in_required"],
    "replay",
  )
  const forged = fixture.request()
  const forgedCallback = await fixture.callback(forged)
  fixture.alter = (body) => forgeSignature(body, fixture.harness.identityFrom)
  return [
    replay,
    await assertFails(fixture.provider.redeem(forgedCallback, forged), ["operator"], "forged"),
  ]
}

function secretsOf({ form }: { form: URLSearchParams }): string[] {
  const names = ["code", "code_verifier", "client_secret", "client_assertion", "refresh_token"]
  return names.flatMap((name) => form.get(name) ?? [])
}
