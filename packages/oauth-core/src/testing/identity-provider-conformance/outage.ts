import {
  assert,
  assertEqual,
  assertFails,
  type ProviderCheck,
  type ProviderFixture,
} from "./check.ts"

/** What can go wrong between a provider and its upstream. */
const outages: Readonly<Record<string, (fixture: ProviderFixture) => void>> = {
  "an upstream that can't be reached": (fixture) => {
    fixture.intercept = () => Promise.reject(new TypeError("fetch failed"))
  },
  "an upstream that does not answer": (fixture) => {
    fixture.intercept = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason))
      })
  },
  "an upstream whose answer never ends": (fixture) => {
    fixture.intercept = (_, signal) => new Response(stalled(signal), { headers: json })
  },
  "an oversized answer": (fixture) => {
    fixture.intercept = () => new Response(endless(), { headers: json })
  },
  "a server error": (fixture) => {
    fixture.intercept = () => new Response("<h1>Bad gateway</h1>", { status: 502 })
  },
  "a server error as an OAuth error": (fixture) => {
    fixture.intercept = () => Response.json({ error: "invalid_grant" }, { status: 503 })
  },
}

const json = { "content-type": "application/json" }

export const outageChecks: readonly ProviderCheck[] = [
  ...Object.entries(outages).map(
    ([what, begin]): ProviderCheck => [
      `${what} is an outage and does not end the sign-in`,
      async (fixture) => {
        const { tokens, scopes } = await fixture.signIn()
        begin(fixture)
        const attempt = fixture.open(50).refresh(tokens, scopes)
        await assertFails(attempt, ["unavailable"], what)
        fixture.intercept = undefined
        await fixture.provider.refresh(tokens, scopes)
      },
    ],
  ),
  [
    "an outage during redemption is reported as one",
    async (fixture) => {
      const request = fixture.request()
      const callback = await fixture.callback(request)
      fixture.intercept = () => new Response("", { status: 500 })
      await assertFails(fixture.provider.redeem(callback, request), ["unavailable"], "redeem")
    },
  ],
  [
    "throttling says how long to wait",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      const headers = { "retry-after": "17" }
      fixture.intercept = () =>
        Response.json({ error: "invalid_request" }, { status: 429, headers })
      const attempt = fixture.provider.refresh(tokens, scopes)
      const error = await assertFails(attempt, ["unavailable"], "429")
      assertEqual(error.retryAfter, 17, "retryAfter")
    },
  ],
  [
    "a caller that aborts is not kept waiting",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      outages["an upstream that does not answer"]?.(fixture)
      const giveUp = new AbortController()
      const attempt = fixture.provider.refresh(tokens, scopes, giveUp.signal)
      giveUp.abort()
      await assertFails(attempt, ["unavailable"], "aborted")
    },
  ],
  [
    "an answer that is not an OAuth response is not accepted as one",
    async (fixture) => {
      const { tokens, scopes } = await fixture.signIn()
      const answers = [
        () => new Response("<h1>Welcome</h1>", { headers: { "content-type": "text/html" } }),
        () => Response.json([]),
        () => Response.json({ token_type: "Bearer" }),
        () => new Response("Not found", { status: 404 }),
        () =>
          new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } }),
      ]
      for (const answer of answers) {
        fixture.intercept = answer
        const attempt = fixture.provider.refresh(tokens, scopes)
        const error = await assertFails(attempt, ["operator", "unavailable"], "not OAuth")
        assert(!error.message.includes("Welcome"), "the message contains the upstream's text")
      }
    },
  ],
]

function stalled(signal: AbortSignal | null): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"access_token":'))
      signal?.addEventListener("abort", () => controller.error(signal.reason))
    },
  })
}

function endless(): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(65_536).fill(0x20)
  return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) })
}
