import { describe, expect, it } from "vitest"
import { ConfigurationError, memoryStore, type StaticClient } from "../../src/index.ts"
import { clientKey } from "../support/client-keys.ts"
import { createFixture, redirectUri } from "../support/fixture.ts"

const key = await clientKey()
const jwks = { keys: [{ ...key.jwk, kty: "EC" }] }
const clientSecret = "s".repeat(32)
const own: StaticClient = { clientId: "own", redirectUris: [redirectUri] }

describe("a client that the operator configured", () => {
  it("is known by its name without a record", async () => {
    const server = createFixture({ clients: [{ ...own, clientName: "Our client" }] })
    const page = await server.browser().open(server.authorizationUrl("own"))
    expect(page.text).toContain("Our client")
  })

  it("takes precedence over a registered client or a document with the same id", async () => {
    const clientId = "https://client.example.com/client.json"
    const server = createFixture({ clients: [{ ...own, clientId }] })
    expect((await server.authorize(clientId)).get("code")).not.toBeNull()
  })

  it("is public without a secret, and confidential with one", async () => {
    const server = createFixture({ clients: [own, { ...own, clientId: "two", clientSecret }] })
    const statuses = async (clientId: string) => [
      (await server.refresh(clientId, "x")).status,
      (await server.refresh(clientId, "x", { client_secret: clientSecret })).status,
    ]
    expect(await statuses("own")).toEqual([400, 401])
    expect(await statuses("two")).toEqual([401, 400])
  })

  it("no longer exists when it is removed from the configuration, and its tokens are not valid", async () => {
    const store = memoryStore({ now: () => server.now() })
    const server: ReturnType<typeof createFixture> = createFixture({ store, clients: [own] })
    const code = (await server.authorize("own")).get("code") ?? ""
    const { body } = await server.redeem("own", code)
    await server.verify(body.access_token)
    const without = createFixture({ store, now: server.now })
    await expect(without.verify(body.access_token)).rejects.toMatchObject({ code: "inactive" })
    expect((await without.refresh("own", body.refresh_token)).status).toBe(401)
  })

  it.each<[string, StaticClient, string]>([
    [
      "a redirect URI that is not allowed",
      { ...own, redirectUris: ["http://client.example.com/callback"] },
      "must be https",
    ],
    ["no id", { ...own, clientId: "" }, "clients.0.clientId must not be empty"],
    [
      "no redirect URI",
      { ...own, redirectUris: [] },
      "clients.0.redirectUris must have at least one",
    ],
    [
      "a short secret",
      { ...own, clientSecret: "short" },
      "clientSecret must have at least 32 characters",
    ],
    [
      "a secret and keys",
      { ...own, clientSecret, jwks },
      "jwks cannot be combined with clientSecret",
    ],
  ])("with %s is a mistake", (_, client, text) => {
    const create = () => createFixture({ clients: [client] })
    expect(create).toThrow(ConfigurationError)
    expect(create).toThrow(text)
  })
})
