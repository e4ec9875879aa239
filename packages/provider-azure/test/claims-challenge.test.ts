import { expect, it } from "vitest"
import { claimsChallenge } from "../src/index.ts"

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'

function unauthorized(header: string, status = 401): Response {
  return new Response(null, { status, headers: { "www-authenticate": header } })
}

const challenge = (encoded: string) =>
  `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="x", error="insufficient_claims", claims="${encoded}"`

it.each([
  ["base64", btoa(claims)],
  ["base64url without padding", btoa(claims).replace(/=+$/, "").replaceAll("+", "-")],
])("reads the claims of an API that asks for more, in %s", (_, encoded) => {
  expect(claimsChallenge(unauthorized(challenge(encoded)))).toMatchObject({
    failure: "interaction_required",
    reason: "insufficient_claims",
    claims,
  })
})

it.each([
  ["another status", unauthorized(challenge(btoa(claims)), 403)],
  ["no challenge", new Response(null, { status: 401 })],
  ["another error", unauthorized('Bearer error="invalid_token"')],
  ["no claims", unauthorized('Bearer error="insufficient_claims"')],
  ["claims that are no base64", unauthorized(challenge("===="))],
  ["claims that are no JSON", unauthorized(challenge(btoa("no JSON")))],
  ["claims that are no object", unauthorized(challenge(btoa("[1]")))],
  ["claims that are no UTF-8", unauthorized(challenge(btoa('{"a":"\xff"}')))],
  ["claims without an end", unauthorized(challenge("A".repeat(9000)))],
])("takes %s for no challenge", (_, response) => {
  expect(claimsChallenge(response)).toBeUndefined()
})
