import { decodeJwt } from "jose"
import { describe, expect, it } from "vitest"
import { memoryStore } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>
const second = 1000
const day = 24 * 60 * 60 * second

const endings = ({ events }: Fixture) =>
  events.flatMap((event) => (event.type === "grant.ended" ? [event.cause] : []))

/** Refreshes with one token after another, a day apart. */
async function refreshDaily(server: Fixture, clientId: string, first: string, days: number) {
  let token = first
  for (let index = 0; index < days; index++) {
    server.advance(day)
    const { status, body } = await server.refresh(clientId, token)
    if (status !== 200) return { status, body, days: index }
    token = body.refresh_token
  }
  return { status: 200, token, days }
}

describe("rotation (§4.3.1)", () => {
  it("every refresh returns a new token, which works", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const seen = new Set([tokens.refresh_token])
    let token = tokens.refresh_token
    for (let index = 0; index < 5; index++) {
      server.advance(31 * second)
      const { body } = await server.refresh(clientId, token)
      token = body.refresh_token
      seen.add(token)
    }
    expect(seen.size).toBe(6)
  })

  it("a used token gets the same successor for 30 seconds", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const first = await server.refresh(clientId, tokens.refresh_token)
    server.advance(30 * second - 1)
    const again = await server.refresh(clientId, tokens.refresh_token)
    expect(again.status).toBe(200)
    expect(again.body.refresh_token).toBe(first.body.refresh_token)
    expect(server.events.map(({ type }) => type).slice(-2)).toEqual([
      "token.refreshed",
      "token.refresh_repeated",
    ])
    expect((await server.refresh(clientId, first.body.refresh_token)).status).toBe(200)
  })

  it("after that, a used token ends the grant and all its tokens", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const { body } = await server.refresh(clientId, tokens.refresh_token)
    server.advance(30 * second)
    const reused = await server.refresh(clientId, tokens.refresh_token)
    expect([reused.status, reused.body.error]).toEqual([400, "invalid_grant"])
    expect(endings(server)).toEqual(["refresh_token_reused"])
    expect((await server.refresh(clientId, body.refresh_token)).status).toBe(400)
    await expect(server.verify(body.access_token)).rejects.toMatchObject({ code: "inactive" })
  })

  it("an older token ends the grant immediately", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const { body } = await server.refresh(clientId, tokens.refresh_token)
    await server.refresh(clientId, body.refresh_token)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(400)
    expect(endings(server)).toEqual(["refresh_token_reused"])
  })

  it("50 concurrent refreshes on two instances get the same successor", async () => {
    const store = memoryStore({ now: () => one.now() })
    const one: Fixture = createFixture({ store })
    const other = createFixture({ store, now: () => one.now() })
    const { clientId, tokens } = await one.signIn()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? one : other).refresh(clientId, tokens.refresh_token),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)
    const types = [...one.events, ...other.events].map(({ type }) => type)
    expect(types.filter((type) => type === "token.refreshed")).toHaveLength(1)
  })
})

describe("a request that is refused changes nothing", () => {
  it.each<[string, (token: string) => string, string]>([
    ["a forged mac", (token) => token.replace(/[^.]{43}$/, "m".repeat(43)), "refresh_token_forged"],
    ["another counter", (token) => token.replace(/\.0\./, ".1."), "refresh_token_forged"],
    ["another grant", (token) => `${"g".repeat(22)}${token.slice(22)}`, "grant_ended"],
    ["a shorter mac", (token) => token.slice(0, -1), "refresh_token_malformed"],
    ["a longer mac", (token) => `${token}A`, "refresh_token_malformed"],
    ["a counter with a zero", (token) => token.replace(/\.0\./, ".00."), "refresh_token_malformed"],
    ["a negative counter", (token) => token.replace(/\.0\./, ".-1."), "refresh_token_malformed"],
    ["no dots", (token) => token.replaceAll(".", ""), "refresh_token_malformed"],
    ["a line break", (token) => `${token}\n`, "refresh_token_malformed"],
    ["10 KB", () => "x".repeat(10_000), "refresh_token_malformed"],
  ])("%s", async (_, change, reason) => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const { status, body } = await server.refresh(clientId, change(tokens.refresh_token))
    expect([status, body.error, server.reasons()]).toEqual([400, "invalid_grant", [reason]])
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it("a token of another client", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const other = await server.registerPublic()
    const { body } = await server.refresh(other, tokens.refresh_token)
    expect([body.error, server.reasons()]).toEqual([
      "invalid_grant",
      ["refresh_token_of_another_client"],
    ])
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it("a token of one grant with the mac of another", async () => {
    const server = createFixture()
    const a = await server.signIn()
    const b = await server.signIn()
    const mixed = `${a.tokens.refresh_token.slice(0, 22)}${b.tokens.refresh_token.slice(22)}`
    expect((await server.refresh(a.clientId, mixed)).status).toBe(400)
    expect((await server.refresh(a.clientId, a.tokens.refresh_token)).status).toBe(200)
  })
})

describe("the grant's lifetime", () => {
  it("is 30 days from its last use", async () => {
    for (const [milliseconds, status] of [
      [30 * day - 1, 200],
      [30 * day, 400],
    ] as const) {
      const server = createFixture()
      const { clientId, tokens } = await server.signIn()
      server.advance(milliseconds)
      expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(status)
    }
  })

  it("is at most 90 days, however often it is used", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const { days, status } = await refreshDaily(server, clientId, tokens.refresh_token, 100)
    expect([days, status]).toEqual([89, 400])
  })

  it("can be configured", async () => {
    const lifetimes = { grantIdle: 2 * 86_400, grant: 5 * 86_400 }
    const idle = createFixture({ lifetimes })
    const first = await idle.signIn()
    idle.advance(2 * day)
    expect((await idle.refresh(first.clientId, first.tokens.refresh_token)).status).toBe(400)
    const used = createFixture({ lifetimes })
    const { clientId, tokens } = await used.signIn()
    expect((await refreshDaily(used, clientId, tokens.refresh_token, 10)).days).toBe(4)
  })

  it("ends its access tokens too", async () => {
    const server = createFixture({ lifetimes: { accessToken: 10 * 86_400, grantIdle: 86_400 } })
    const { tokens } = await server.signIn()
    await server.verify(tokens.access_token)
    server.advance(day)
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  })

  it("ends with the code if the code is never redeemed", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    await server.authorize(clientId)
    const [signIn] = server.events.filter(({ type }) => type === "sign_in.completed")
    server.advance(5 * 60 * second)
    const { userId } = signIn as unknown as { userId: string }
    expect(await server.proxy.endGrantsOf(userId)).toBe(0)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("of %d is a mistake", (grantIdle) => {
    expect(() => createFixture({ lifetimes: { grantIdle } })).toThrow(
      /^oauthProxy: lifetimes.grantIdle/,
    )
  })
})

it("the token reveals its grant's id and nothing else", async () => {
  const { tokens } = await createFixture().signIn()
  const gid = String(decodeJwt(tokens.access_token).gid)
  expect(tokens.refresh_token).toMatch(new RegExp(`^${gid}\\.0\\.[\\w-]{43}$`))
})
