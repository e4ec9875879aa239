import { expect, it } from "vitest"
import { IdentityProviderError } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"
import { identityOf } from "../support/scripted-provider.ts"

const resource = "https://mcp.example.com/mcp"
const credential = { id: "server", secret: "s".repeat(32), resource }

async function signedIn() {
  const server = createFixture({ resources: [{ resource }], resourceServers: [credential] })
  const { clientId, tokens } = await server.signIn()
  const introspect = async (token: string) => {
    const authorization = `Basic ${btoa(`${credential.id}:${credential.secret}`)}`
    const response = await server.post("/introspect", { token }, { authorization })
    return (await response.json()) as Record<string, unknown>
  }
  return { server, clientId, tokens, introspect }
}

it("introspection leaves out a scope that the provider has withdrawn", async () => {
  const { server, clientId, tokens, introspect } = await signedIn()
  expect(await introspect(tokens.access_token)).toMatchObject({ scope: "read write" })
  server.advance(6 * 60 * 1000)
  server.upstream.onRefresh = (current) => ({
    identity: identityOf("alice"),
    tokens: current,
    scopes: ["read"],
  })
  expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  expect((await server.verify(tokens.access_token)).scopes).toEqual(["read"])
  expect(await introspect(tokens.access_token)).toMatchObject({ active: true, scope: "read" })
})

it("introspection calls a token inactive while a claims challenge is open", async () => {
  const { server, tokens, introspect } = await signedIn()
  const token = await server.verify(tokens.access_token)
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
  await token.requireClaims(
    new IdentityProviderError("interaction_required", "insufficient_claims", "More.", { claims }),
  )
  await expect(server.verify(tokens.access_token)).rejects.toMatchObject({
    code: "insufficient_claims",
  })
  expect(await introspect(tokens.access_token)).toEqual({ active: false })
})
