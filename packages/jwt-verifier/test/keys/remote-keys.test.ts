import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type JwtVerifierOptions, jwtVerifier, type TokenError } from "../../src/index.ts"
import { JsonServer } from "../json-server.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import { audience, issuer, type SigningKey, signingKey, time } from "../signing-key.ts"

const seconds = 1000
const minutes = 60 * seconds
const hours = 60 * minutes

let first: SigningKey
let second: SigningKey
let server: JsonServer
let now: number

beforeAll(async () => {
  first = await signingKey("ES256", "first")
  second = await signingKey("ES256", "second")
})

beforeEach(async () => {
  now = time
  server = await JsonServer.start()
  publish(first)
})

afterEach(() => server.stop())

function publish(...keys: SigningKey[]): void {
  server.answers.set("/keys", { keys: keys.map(({ jwk }) => jwk) })
}

function verifier(options: Partial<JwtVerifierOptions> = {}) {
  return jwtVerifier({
    issuer,
    audience,
    jwksUri: `${server.url}/keys`,
    now: () => now,
    ...options,
  })
}

/** A token that stays valid however far the test moves the clock. */
function lasting(key: SigningKey, claims: Record<string, unknown> = {}): Promise<string> {
  return key.sign({ exp: time / 1000 + 1e6, ...claims })
}

/** Waits until the server has received this many requests, including those that no caller waits for. */
async function requests(count: number): Promise<void> {
  await expect.poll(() => server.requests.length, { interval: 1 }).toBe(count)
}

describe("the first fetch", () => {
  it("is made once, when the first token arrives", async () => {
    const { verify } = verifier()
    expect(server.requests).toHaveLength(0)
    await verify(await lasting(first, { jti: "1" }))
    await verify(await lasting(first, { jti: "2" }))
    expect(server.requests).toEqual(["/keys"])
  })

  it("is one request for 20 simultaneous callers", async () => {
    const { verify } = verifier()
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, index) => lasting(first, { jti: `${index}` })),
    )
    await Promise.all(tokens.map(verify))
    expect(server.requests).toHaveLength(1)
  })

  it("is not made for a token of another issuer, of another type, or that is not a JWT", async () => {
    const { verify } = verifier()
    await expectRefusal(verify(await first.sign({ iss: "https://other.example" })), "wrong_issuer")
    await expectRefusal(verify(await first.sign({}, { typ: "JWT" })), "wrong_type")
    await expectRefusal(
      verify(await first.sign({}, { kid: undefined, typ: undefined })),
      "wrong_type",
    )
    await expectRefusal(verify("opaque"), "malformed")
    expect(server.requests).toHaveLength(0)
  })

  it("that fails tells all waiting callers that keys are unavailable, and is not repeated at once", async () => {
    server.fail("/keys")
    const { verify } = verifier()
    const token = await lasting(first)
    const refusals = await Promise.all(Array.from({ length: 20 }, () => refusal(verify(token))))
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(["keys_unavailable"]))
    expect(refusals[0]?.status).toBe(503)
    await expectRefusal(verify(token), "keys_unavailable")
    expect(server.requests).toHaveLength(1)
  })

  it("is tried again after a second, then after longer and longer delays, at most a minute", async () => {
    server.fail("/keys")
    const { verify } = verifier()
    const token = await lasting(first)
    await expectRefusal(verify(token), "keys_unavailable")
    for (const delay of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const before = server.requests.length
      now += (delay / 2) * seconds - 1
      await expectRefusal(verify(token), "keys_unavailable")
      expect(server.requests).toHaveLength(before)
      now += (delay / 2) * seconds + 1
      await expectRefusal(verify(token), "keys_unavailable")
      expect(server.requests).toHaveLength(before + 1)
    }
    publish(first)
    now += minutes
    expect((await verify(token)).subject).toBe("alice")
  })
})

describe("an unknown kid", () => {
  it("is looked for at once", async () => {
    const { verify } = verifier()
    await verify(await lasting(first))
    publish(first, second)
    await verify(await lasting(second))
    expect(server.requests).toHaveLength(2)
  })

  it("is looked for once every five minutes, however many are made up", async () => {
    const { verify } = verifier()
    await verify(await lasting(first))
    for (let index = 0; index < 20; index += 1) {
      await expectRefusal(verify(await first.sign({}, { kid: `made-up-${index}` })), "unknown_key")
    }
    expect(server.requests).toHaveLength(2)
    now += 5 * minutes - 1
    await expectRefusal(verify(await lasting(second)), "unknown_key")
    expect(server.requests).toHaveLength(2)
    publish(first, second)
    now += 1
    await verify(await lasting(second))
    expect(server.requests).toHaveLength(3)
  })

  it("is one request for 20 simultaneous callers", async () => {
    const { verify } = verifier()
    await verify(await lasting(first))
    publish(first, second)
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, index) => lasting(second, { jti: `${index}` })),
    )
    await Promise.all(tokens.map(verify))
    expect(server.requests).toHaveLength(2)
  })

  it("is not looked for again if the keys have just been fetched for it", async () => {
    const { verify } = verifier()
    await expectRefusal(verify(await lasting(second)), "unknown_key")
    expect(server.requests).toHaveLength(1)
  })

  it("says that keys are unavailable while they cannot be fetched, and known keys continue to work", async () => {
    const { verify } = verifier()
    await verify(await lasting(first))
    server.fail("/keys")
    await expectRefusal(verify(await lasting(second)), "keys_unavailable")
    await expectRefusal(verify(await lasting(second)), "keys_unavailable")
    await verify(await lasting(first, { jti: "2" }))
    expect(server.requests).toHaveLength(2)
    publish(first, second)
    now += seconds
    await verify(await lasting(second))
    expect(server.requests).toHaveLength(3)
  })
})

describe("the refresh", () => {
  it("happens once an hour, in the background, while tokens keep coming", async () => {
    const { verify } = verifier()
    const token = await lasting(first)
    await verify(token)
    now += 50 * minutes
    await verify(token)
    expect(server.requests).toHaveLength(1)
    now += 9 * minutes
    server.answers.set("/keys", () => {})
    await Promise.all(Array.from({ length: 20 }, () => verify(token)))
    await requests(2)
  })

  it("makes callers wait for one request if the keys are older than an hour", async () => {
    const { verify } = verifier()
    const token = await lasting(first)
    await verify(token)
    publish(second)
    now += hours
    const refusals = await Promise.all(Array.from({ length: 20 }, () => refusal(verify(token))))
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(["unknown_key"]))
    expect(server.requests).toHaveLength(2)
  })

  it("drops a withdrawn key within a minute if the interval is a minute", async () => {
    const { verify } = verifier({ refreshIntervalSeconds: 60 })
    const token = await lasting(first)
    await verify(token)
    publish(second)
    now += 50 * seconds
    await verify(token)
    expect(server.requests).toHaveLength(1)
    now += 10 * seconds
    await expectRefusal(verify(token), "unknown_key")
    await verify(await lasting(second))
    expect(server.requests).toHaveLength(2)
  })

  it("looks for an unknown kid once a minute if the interval is a minute", async () => {
    const { verify } = verifier({ refreshIntervalSeconds: 60 })
    await verify(await lasting(first))
    await expectRefusal(verify(await lasting(second)), "unknown_key")
    expect(server.requests).toHaveLength(2)
    publish(first, second)
    now += 49 * seconds
    await expectRefusal(verify(await lasting(second)), "unknown_key")
    expect(server.requests).toHaveLength(2)
    now += 11 * seconds
    await verify(await lasting(second))
    expect(server.requests).toHaveLength(3)
  })

  it("keeps remembered tokens whose key is still there", async () => {
    const { verify } = verifier()
    const token = await lasting(first)
    const before = await verify(token)
    publish(second, first)
    now += hours
    expect(await verify(token)).toBe(before)
    expect(server.requests).toHaveLength(2)
  })

  it("treats a new key with the same kid as another key", async () => {
    const { verify } = verifier()
    const token = await lasting(first)
    await verify(token)
    server.answers.set("/keys", { keys: [{ ...second.jwk, kid: first.jwk.kid }] })
    now += hours
    await expectRefusal(verify(token), "bad_signature")
  })
})

describe("an outage", () => {
  it("is bridged for a day with the keys at hand, without making callers wait", async () => {
    const { verify } = verifier()
    await verify(await lasting(first))
    server.fail("/keys")
    now += hours
    await verify(await lasting(first, { jti: "2" }))
    expect(server.requests).toHaveLength(2)
    server.answers.set("/keys", () => {})
    now += 22 * hours
    await verify(await lasting(first, { jti: "3" }))
    await requests(3)
    await verify(await lasting(first, { jti: "4" }))
    expect(server.requests).toHaveLength(3)
  })

  it("ends the use of the keys after a day", async () => {
    const { verify } = verifier()
    const token = await lasting(first)
    await verify(token)
    server.fail("/keys")
    now += 24 * hours - 1
    await verify(token)
    now += 1 + minutes
    await expectRefusal(verify(token), "keys_unavailable")
  })

  it("is over when the keys can be fetched again", async () => {
    const { verify } = verifier()
    const token = await lasting(first)
    await verify(token)
    server.fail("/keys")
    now += hours
    await verify(token)
    publish(second)
    now += seconds
    await verify(token)
    await requests(3)
    await expect.poll(() => verify(token).catch(({ code }: TokenError) => code)).toBe("unknown_key")
  })
})

describe("a clock that is set back", () => {
  it("does not make old keys valid again", async () => {
    const { verify } = verifier()
    await verify(await lasting(first, { iat: 0 }))
    publish(second)
    now -= 24 * hours
    await expectRefusal(verify(await lasting(first, { iat: 0 })), "unknown_key")
  })

  it("does not delay the next attempt", async () => {
    server.fail("/keys")
    const { verify } = verifier()
    const token = await lasting(first, { iat: 0 })
    await expectRefusal(verify(token), "keys_unavailable")
    publish(first)
    now -= 24 * hours
    await verify(token)
  })

  it("does not delay looking for an unknown kid", async () => {
    const { verify } = verifier()
    await verify(await lasting(first, { iat: 0 }))
    await expectRefusal(verify(await lasting(second, { iat: 0 })), "unknown_key")
    now -= 24 * hours
    publish(first, second)
    await verify(await lasting(second, { iat: 0 }))
  })
})

describe("what is fetched", () => {
  it("is at most 64 KB", async () => {
    server.answers.set("/keys", { keys: [first.jwk], padding: "x".repeat(66_000) })
    const { cause } = await refusal(verifier().verify(await lasting(first)))
    expect(String(cause)).toContain("more than 65536 bytes")
  })

  it("is at most 64 KB, however much the server sends", async () => {
    let open = true
    server.answers.set("/keys", (_: unknown, response: import("node:http").ServerResponse) => {
      response.on("close", () => {
        open = false
      })
      const more = () => {
        while (open && response.write("x".repeat(16_384)));
      }
      response.on("drain", more)
      more()
    })
    await expectRefusal(verifier().verify(await lasting(first)), "keys_unavailable")
    await expect.poll(() => open).toBe(false)
  })

  it.each([
    ["text", "not JSON"],
    ["an array", []],
    ["an object without keys", {}],
    ["keys that are not an array", { keys: { 0: "x" } }],
  ])("is refused if it is %s", async (_, answer) => {
    server.answers.set("/keys", answer)
    await expectRefusal(verifier().verify(await lasting(first)), "keys_unavailable")
  })

  it("may contain entries that are not keys, or of unknown kinds", async () => {
    const others = [null, "x", 7, {}, { kty: "future", kid: "f" }, { kty: "EC", crv: "P-256" }]
    server.answers.set("/keys", { keys: [...others, first.jwk] })
    await verifier().verify(await lasting(first))
  })

  it("may be an empty set, which means that every key was withdrawn", async () => {
    const { verify } = verifier()
    const token = await lasting(first)
    await verify(token)
    publish()
    now += hours
    await expectRefusal(verify(token), "unknown_key")
  })

  it("uses the given fetch, with an abort signal", async () => {
    const calls: [string, RequestInit][] = []
    const { verify } = verifier({
      jwksUri: "https://issuer.example/keys",
      fetch: (url, init) => {
        calls.push([url, init])
        return Response.json({ keys: [first.jwk] })
      },
    })
    await verify(await lasting(first))
    expect(calls).toHaveLength(1)
    expect(calls[0]?.[0]).toBe("https://issuer.example/keys")
    expect(calls[0]?.[1].redirect).toBe("manual")
    expect(calls[0]?.[1].signal).toBeInstanceOf(AbortSignal)
  })
})
