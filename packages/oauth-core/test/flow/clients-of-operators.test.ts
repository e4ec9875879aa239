import { expect, test } from "vitest"
import { UnreadableValueError } from "../../src/index.ts"
import { allOf } from "../support/all-of.ts"
import { createFixture, createWorld, redirectUri } from "../support/fixture.ts"

type Server = ReturnType<typeof createFixture>

const day = 24 * 60 * 60 * 1000
const otherSecret = Buffer.alloc(32, 8).toString("base64url")

const clientsOf = ({ proxy }: Server) => allOf(proxy.clients())

async function signInWith(server: Server, clientId: string, person = "alice") {
  const code = (await server.authorize(clientId, {}, person)).get("code") ?? ""
  return (await server.redeem(clientId, code)).body
}

const isAlive = async (server: Server, token: string) =>
  server.verify(token).then(
    () => true,
    () => false,
  )

test("clients() lists what registered, with its use and its grants, and no secret", async () => {
  const server = createFixture()
  const { client_id: unused, client_secret: secret } = await server.register({
    client_name: "Unused",
    token_endpoint_auth_method: "client_secret_basic",
  })
  const createdAt = server.now()
  const used = await server.registerPublic({ client_name: "Used" })
  server.advance(3 * day + 5000)
  for (const person of ["alice", "bob"]) await signInWith(server, used, person)
  // A sign-in whose code nobody redeems is no grant yet.
  await server.authorize(used)

  const found = await clientsOf(server)
  expect(found).toHaveLength(2)
  expect(found).toEqual(
    expect.arrayContaining([
      {
        clientId: unused,
        clientName: "Unused",
        redirectUris: [redirectUri],
        authenticationMethod: "client_secret_basic",
        createdAt,
        lastUsedAt: undefined,
        expiresAt: createdAt + 7 * day,
        grants: 0,
      },
      {
        clientId: used,
        clientName: "Used",
        redirectUris: [redirectUri],
        authenticationMethod: "none",
        createdAt,
        lastUsedAt: createdAt + 3 * day,
        expiresAt: createdAt + 404 * day,
        grants: 2,
      },
    ]),
  )
  expect(JSON.stringify(found)).not.toContain(String(secret))
})

test("clients() lists each client once, however many there are", async () => {
  const server = createFixture()
  const ids = await Promise.all(Array.from({ length: 200 }, () => server.registerPublic()))
  const found = (await clientsOf(server)).map(({ clientId }) => clientId)
  expect(found.sort()).toEqual(ids.sort())
})

test("clients() ends with an error if there are records that cannot be read", async () => {
  const world = createWorld()
  const server = createFixture({}, world)
  const readable = await server.registerPublic()
  await createFixture({ secret: otherSecret }, world).registerPublic()
  const found: unknown[] = []
  const list = async () => {
    for await (const { clientId } of server.proxy.clients()) found.push(clientId)
  }
  await expect(list()).rejects.toThrow(UnreadableValueError)
  expect(found).toEqual([readable])
})

test("endClient() ends the registration and its grants, and nobody else's", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const other = await server.registerPublic()
  const theirs = [
    await signInWith(server, clientId),
    await signInWith(server, clientId),
    await signInWith(server, clientId, "bob"),
  ]
  const kept = await signInWith(server, other)

  expect(await server.proxy.endClient(clientId)).toEqual({ registered: true, grants: 3 })

  for (const { refresh_token } of theirs) {
    const { status, body } = await server.refresh(clientId, refresh_token)
    expect({ status, error: body.error }).toEqual({ status: 401, error: "invalid_client" })
  }
  server.advance(5000)
  expect(await Promise.all(theirs.map((body) => isAlive(server, body.access_token)))).toEqual([
    false,
    false,
    false,
  ])
  expect(await isAlive(server, kept.access_token)).toBe(true)
  expect((await clientsOf(server)).map((client) => client.clientId)).toEqual([other])
  expect(server.events).toContainEqual({ type: "client.deleted", clientId })
  expect(
    server.events.filter((event) => event.type === "grant.ended").map(({ cause }) => cause),
  ).toEqual(["revoked_by_operator", "revoked_by_operator", "revoked_by_operator"])
})

test("endClient() ends the grants of a client that never registered, which must ask people again", async () => {
  const client = { clientId: "of-the-operator", redirectUris: [redirectUri] }
  const server = createFixture({ clients: [client], consent: "remember" })
  const browser = server.browser()
  const consent = await browser.open(server.authorizationUrl(client.clientId))
  const upstream = await consent.submit("approve", { remember: "yes" })
  const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  const { body } = await server.redeem(client.clientId, back.url.searchParams.get("code") ?? "")

  expect(await server.proxy.endClient(client.clientId)).toEqual({ registered: false, grants: 1 })
  const { status } = await server.refresh(client.clientId, body.refresh_token)
  expect(status).toBe(400)
  const page = await browser.open(server.authorizationUrl(client.clientId))
  expect(page.url.host).not.toBe("login.test")
  expect(await server.proxy.endClient("nobody")).toEqual({ registered: false, grants: 0 })
})

test("endClient() deletes nothing that it cannot read", async () => {
  const world = createWorld()
  const server = createFixture({}, world)
  const { clientId, tokens } = await server.signIn()
  const stranger = createFixture({ secret: otherSecret }, world)
  await expect(stranger.proxy.endClient(clientId)).rejects.toThrow(UnreadableValueError)
  expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
})

test("grantsOf() lists what a user has, newest first", async () => {
  const server = createFixture()
  const first = await server.signIn()
  server.advance(1000)
  const second = await server.signIn()
  await server.signIn({}, "bob")
  const { subject } = await server.verify(first.tokens.access_token)
  const found = await server.proxy.grantsOf(subject)
  expect(found.map(({ clientId }) => clientId)).toEqual([second.clientId, first.clientId])
  expect(found[0]).toMatchObject({ clientName: "Test client", createdAt: server.now() })
})
