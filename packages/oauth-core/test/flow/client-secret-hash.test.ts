import { expect, test } from "vitest"
import {
  ConfigurationError,
  hashClientSecret,
  newClientSecret,
  type StaticClient,
} from "../../src/index.ts"
import { createFixture, createWorld, redirectUri } from "../support/fixture.ts"
import { interferingStore } from "../support/interfering-store.ts"

type Server = ReturnType<typeof createFixture>

const minute = 60_000
const old = await newClientSecret()
const next = await newClientSecret()
const own: StaticClient = { clientId: "own", redirectUris: [redirectUri] }
const withHashes = (...clientSecretHash: string[]) => ({ clients: [{ ...own, clientSecretHash }] })

const form = { grant_type: "refresh_token", refresh_token: "x" }
/** 400 for a client that is authenticated, since the refresh token is none; otherwise 401. */
const byPost = async (server: Server, secret: string) =>
  (await server.refresh("own", "x", { client_secret: secret })).status
const byBasic = async (server: Server, secret: string) =>
  (await server.post("/token", form, { authorization: `Basic ${btoa(`own:${secret}`)}` })).status
const lastUses = async ({ proxy }: Server) => (await proxy.staticClients())[0]?.secretsLastUsedAt

test("a new secret has 32 random bytes, and its hash is what the option takes", async () => {
  expect(Buffer.from(old.secret, "base64url")).toHaveLength(32)
  expect(old.secret).not.toBe(next.secret)
  expect(old.hash).toMatch(/^sha256:[\w-]{43}$/)
  expect(await hashClientSecret(old.secret)).toBe(old.hash)
})

test.each([
  ["client_secret_post", byPost],
  ["client_secret_basic", byBasic],
])("by %s, each live secret authenticates and nothing else does", async (_, send) => {
  const server = createFixture(withHashes(next.hash, old.hash))
  expect(await send(server, old.secret)).toBe(400)
  expect(await send(server, next.secret)).toBe(400)
  const wrong = `${old.secret.slice(0, -1)}${old.secret.endsWith("A") ? "B" : "A"}`
  for (const given of [wrong, old.hash, old.hash.slice("sha256:".length), ""]) {
    expect(await send(server, given)).toBe(401)
  }
  expect((await server.refresh("own", "x")).status).toBe(401)
})

test("a secret whose hash was removed no longer authenticates", async () => {
  const clients = [{ ...own, clientSecretHash: next.hash }]
  const server = createFixture({ clients })
  expect(await byPost(server, next.secret)).toBe(400)
  expect(await byPost(server, old.secret)).toBe(401)
})

test("the last use of each secret is known to the hour, on every instance", async () => {
  const world = createWorld()
  const server = createFixture(withHashes(next.hash, old.hash), world)
  const begin = server.now()
  expect(await lastUses(server)).toEqual([undefined, undefined])
  await byPost(server, "w".repeat(43))
  expect(await lastUses(server)).toEqual([undefined, undefined])

  await byPost(server, old.secret)
  expect(await lastUses(server)).toEqual([undefined, begin])
  server.advance(59 * minute)
  const other = createFixture(withHashes(next.hash, old.hash), world)
  await byPost(server, old.secret)
  await byPost(other, old.secret)
  await byPost(server, next.secret)
  expect(await lastUses(other)).toEqual([begin + 59 * minute, begin])
  server.advance(minute)
  await byPost(server, old.secret)
  expect(await lastUses(other)).toEqual([begin + 59 * minute, begin + 60 * minute])
})

test("the use of a secret whose hash was removed is forgotten with the next one", async () => {
  const world = createWorld()
  await byPost(createFixture(withHashes(old.hash), world), old.secret)
  await byPost(createFixture(withHashes(next.hash), world), next.secret)
  const both = createFixture(withHashes(next.hash, old.hash), world)
  expect(await lastUses(both)).toEqual([expect.any(Number), undefined])
})

test("within an hour, a use does not even read what is stored about it", async () => {
  const world = createWorld()
  const { store, next: before, happened } = interferingStore(world.now)
  const server = createFixture(withHashes(old.hash), { ...world, store })
  await byPost(server, old.secret)
  before("get", "use", () => undefined)
  await byPost(server, old.secret)
  expect(happened()).toBe(false)
  server.advance(60 * minute)
  await byPost(server, old.secret)
  expect(happened()).toBe(true)
})

test("a use that cannot be stored is a warning without the secret, and the client is served", async () => {
  const world = createWorld()
  const { store, failNext } = interferingStore(world.now)
  const server = createFixture(withHashes(old.hash), { ...world, store })
  failNext("swap", "use")
  expect(await byPost(server, old.secret)).toBe(400)
  expect(server.events).toContainEqual({
    type: "warning",
    warning: "the last use of a secret of own was not stored",
  })
  expect(JSON.stringify(server.events)).not.toContain(old.secret)
  expect(JSON.stringify(server.events)).not.toContain(old.hash.slice("sha256:".length))
  expect(await lastUses(server)).toEqual([undefined])
})

test.each<[string, Partial<StaticClient>, string]>([
  [
    "a secret beside the hash",
    { clientSecret: "s".repeat(32), clientSecretHash: old.hash },
    "clientSecretHash cannot be combined with clientSecret; keep the hash",
  ],
  [
    "keys beside the hash",
    { clientSecretHash: old.hash, jwks: { keys: [{ kty: "EC" }] } },
    "jwks cannot be combined with clientSecretHash",
  ],
  ["a secret as hash", { clientSecretHash: old.secret }, "make it with `doorward clients add`"],
  ["a short hash", { clientSecretHash: old.hash.slice(0, -1) }, 'must be "sha256:" and 43'],
  ["one wrong hash of two", { clientSecretHash: [old.hash, "x"] }, 'must be "sha256:" and 43'],
  ["no hash", { clientSecretHash: [] }, "must have one or two hashes"],
  [
    "three hashes",
    { clientSecretHash: [old.hash, next.hash, old.hash] },
    "must have one or two hashes; remove those",
  ],
])("%s is a mistake that says what to do", (_, given, text) => {
  const create = () => createFixture({ clients: [{ ...own, ...given }] })
  expect(create).toThrow(ConfigurationError)
  expect(create).toThrow(text)
})
