import { describe, expect, test } from "vitest"
import { createFixture, createWorld } from "../support/fixture.ts"

describe.each(["access_token", "refresh_token"] as const)("revoking the %s", (kind) => {
  test("works for a public client, and both tokens become invalid", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const response = await server.post("/revoke", { client_id: clientId, token: tokens[kind] })
    expect(response.status).toBe(200)

    expect((await server.refresh(clientId, tokens.refresh_token)).body.error).toBe("invalid_grant")
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
    expect(server.upstream.revocations).toHaveLength(1)
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: "grant.ended", cause: "revoked_by_client" }),
    )
  })

  test("does not work for another client", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const stranger = await server.registerPublic()
    const response = await server.post("/revoke", { client_id: stranger, token: tokens[kind] })
    expect(response.status).toBe(400)
    await server.verify(tokens.access_token)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })
})

test("the metadata names the revocation endpoint, whatever the upstream supports", async () => {
  const server = createFixture()
  const metadata = await (await server.request("/.well-known/oauth-authorization-server")).json()
  expect(metadata).toMatchObject({ revocation_endpoint: `${server.proxy.issuer}/revoke` })
})

test("the grant ends even if the provider cannot be told", async () => {
  const server = createFixture()
  server.upstream.revoke = async () => {
    throw new Error("unreachable")
  }
  const { clientId, tokens } = await server.signIn()
  const response = await server.post("/revoke", {
    client_id: clientId,
    token: tokens.refresh_token,
  })
  expect(response.status).toBe(200)
  await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  expect(server.events).toContainEqual(
    expect.objectContaining({ type: "upstream.revocation_failed", clientId }),
  )
  expect(server.reasons()).toEqual([])
})

test("a revocation takes effect on another instance within 5 seconds", async () => {
  const world = createWorld()
  const [one, two] = [createFixture({}, world), createFixture({}, world)]
  const { clientId, tokens } = await one.signIn()
  await two.verify(tokens.access_token)
  world.advance(1000)
  await one.post("/revoke", { client_id: clientId, token: tokens.refresh_token })

  await expect(one.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  expect((await two.refresh(clientId, tokens.refresh_token)).status).toBe(400)
  world.advance(4000)
  await expect(two.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
})

test("the operator ends every grant of a user", async () => {
  const server = createFixture()
  const one = await server.signIn()
  const two = await server.signIn()
  const other = await server.signIn({}, "bob")
  const { subject } = await server.verify(one.tokens.access_token)
  expect(await server.proxy.endGrantsOf(subject ?? "")).toBe(2)
  server.advance(5000)
  for (const { tokens } of [one, two]) {
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  }
  await server.verify(other.tokens.access_token)
})
