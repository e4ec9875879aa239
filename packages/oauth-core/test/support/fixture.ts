import { createHash, randomBytes } from "node:crypto"
import { type HeadlessBrowser, headlessBrowser, type Page } from "@doorward/headless-browser"
import {
  memoryStore,
  type OAuthProxyOptions,
  oauthProxy,
  type ServerEvent,
} from "../../src/index.ts"
import { scriptedProvider } from "./scripted-provider.ts"

export const baseUrl = "https://mcp.example.com"
export const redirectUri = "https://client.example.com/callback"
export const secret = Buffer.alloc(32, 7).toString("base64url")
/** 2026-01-01, when every test's clock starts. */
const start = Date.UTC(2026, 0, 1)

export interface TokenBody {
  access_token: string
  refresh_token: string
  expires_in: number
  token_type: string
  scope?: string
  error?: string
  error_description?: string
}

/** What the instances of a server share: a clock that tests move, a store and an upstream. */
export function createWorld() {
  let time = start
  const now = () => time
  return {
    now,
    advance(milliseconds: number) {
      time += milliseconds
    },
    store: memoryStore({ now }),
    upstream: scriptedProvider(now),
  }
}

/**
 * A whole server in memory. Another one with the same `world` is a second instance of it.
 */
export function createFixture(
  options: Partial<OAuthProxyOptions> = {},
  world: ReturnType<typeof createWorld> = createWorld(),
) {
  const { now, advance, upstream } = world
  const events: ServerEvent[] = []
  const proxy = oauthProxy({
    baseUrl,
    provider: upstream,
    store: world.store,
    secret,
    onEvent: (event) => events.push(event),
    now,
    sleep: async (milliseconds) => {
      advance(milliseconds)
      // Other requests continue in the meantime, as they would in reality.
      await new Promise((resolve) => setImmediate(resolve))
    },
    ...options,
  })
  const request = async (path: string, init?: RequestInit): Promise<Response> =>
    proxy.app.request(new URL(path, proxy.issuer).href, init)

  const post = (path: string, form: Record<string, string> | URLSearchParams, headers = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(form).toString(),
    })

  const browser = (): HeadlessBrowser =>
    headlessBrowser({
      fetch: async (incoming) => {
        const { host } = new URL(incoming.url)
        if (host === "login.test") return new Response("the upstream's page")
        return proxy.app.request(incoming)
      },
      stopAt: [redirectUri, "http://127.0.0.1/callback"],
      now,
    })

  const fixture = {
    world,
    proxy,
    upstream,
    events,
    request,
    post,
    browser,
    now,
    advance,
    /** The reasons for all refusals so far. */
    reasons: () =>
      events.flatMap((event) => (event.type === "request.refused" ? [event.reason] : [])),

    async register(metadata: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
      const response = await request("/register", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          client_name: "Test client",
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: "none",
          ...metadata,
        }),
      })
      return (await response.json()) as Record<string, unknown>
    },
    async registerPublic(metadata: Record<string, unknown> = {}): Promise<string> {
      return String((await fixture.register(metadata)).client_id)
    },

    authorizationUrl(clientId: string, more: Record<string, string | undefined> = {}): string {
      const url = new URL("/authorize", proxy.issuer)
      const parameters = {
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        state: "client-state",
        code_challenge: challengeOf(verifier),
        code_challenge_method: "S256",
        ...more,
      }
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== undefined) url.searchParams.set(name, value)
      }
      return url.href
    },

    /** The callback URL to which the upstream sends the browser after `person` has signed in there. */
    callbackUrl(upstreamPage: Page, person: string): string {
      const state = upstreamPage.url.searchParams.get("state") ?? ""
      return `${proxy.issuer}/auth/callback?${new URLSearchParams({ code: person, state })}`
    },

    /** Approves and signs in, and returns the redirect to the client. */
    async authorize(
      clientId: string,
      more: Record<string, string | undefined> = {},
      person = "alice",
      using: HeadlessBrowser = browser(),
    ): Promise<URLSearchParams> {
      const consent = await using.open(fixture.authorizationUrl(clientId, more))
      const upstreamPage = await consent.submit("approve")
      const back = await using.openFrom(
        "https://login.test",
        fixture.callbackUrl(upstreamPage, person),
      )
      return back.url.searchParams
    },

    async redeem(
      clientId: string,
      code: string,
      more: Record<string, string> = {},
    ): Promise<{ status: number; body: TokenBody }> {
      return answer(
        await post("/token", {
          grant_type: "authorization_code",
          client_id: clientId,
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
          ...more,
        }),
      )
    },

    async refresh(
      clientId: string,
      refreshToken: string,
      more: Record<string, string> = {},
    ): Promise<{ status: number; body: TokenBody }> {
      return answer(
        await post("/token", {
          grant_type: "refresh_token",
          client_id: clientId,
          refresh_token: refreshToken,
          ...more,
        }),
      )
    },

    /** Registers a client and signs in: everything up to the tokens. */
    async signIn(more: Record<string, string | undefined> = {}, person = "alice") {
      const clientId = await fixture.registerPublic()
      const code = (await fixture.authorize(clientId, more, person)).get("code") ?? ""
      const { body } = await fixture.redeem(clientId, code)
      return { clientId, code, tokens: body }
    },

    verify: (token: string) =>
      proxy.tokenVerifier(proxy.resources[0]?.resource ?? "").verify(token),
  }
  return fixture
}

export const verifier = "v".repeat(43)
export const challengeOf = (text: string) => createHash("sha256").update(text).digest("base64url")
export const randomSecret = () => randomBytes(32).toString("base64url")

async function answer(response: Response): Promise<{ status: number; body: TokenBody }> {
  return { status: response.status, body: (await response.json()) as TokenBody }
}
