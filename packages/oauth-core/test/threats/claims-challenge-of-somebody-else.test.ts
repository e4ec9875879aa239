import { expect, it } from "vitest"
import { IdentityProviderError } from "../../src/index.ts"
import { createFixture, redirectUri } from "../support/fixture.ts"

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
const challenge = () =>
  new IdentityProviderError("interaction_required", "insufficient_claims", "More.", { claims })

it("people who share a hosted client don't get each other's claims challenges", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic({ redirect_uris: [redirectUri] })
  const code = (await server.authorize(clientId, {}, "alice")).get("code") ?? ""
  const { body } = await server.redeem(clientId, code)
  await (await server.verify(body.access_token)).requireClaims(challenge())

  await server.authorize(clientId, {}, "bob")
  expect(server.upstream.authorizations.at(-1)?.hints.claims).toBeUndefined()
})
