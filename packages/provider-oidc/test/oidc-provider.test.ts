import { IdentityProviderError, type UpstreamAuthorization } from "@doorward/oauth-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type OidcProviderOptions, oidcProvider } from "../src/index.ts"
import {
  confidential,
  type OpenidUpstream,
  openidUpstream,
  publicClientId,
  redirectUri,
} from "./openid-upstream.ts"

let upstream: OpenidUpstream
beforeAll(async () => {
  upstream = await openidUpstream()
})
afterAll(() => upstream[Symbol.asyncDispose]())

const request: UpstreamAuthorization = {
  state: "s".repeat(43),
  nonce: "n".repeat(43),
  codeVerifier: "v".repeat(43),
  redirectUri,
  scopes: ["tools.read"],
  hints: {},
}

function providerWith(options: Partial<OidcProviderOptions> = {}) {
  return oidcProvider({
    issuer: upstream.issuer,
    ...confidential,
    scopes: ["tools.read", "profile", "email", "offline_access"],
    authorizeParameters: { prompt: "consent" },
    ...options,
  })
}

async function signIn(provider: ReturnType<typeof oidcProvider>) {
  const callback = await upstream.signIn(await provider.authorizationUrl(request), "alice")
  return provider.redeem(callback.searchParams, request)
}

/** A fetch that records the paths of requests and may answer instead of the upstream. */
function wire(answer: (path: string, init: RequestInit) => Response | undefined = () => undefined) {
  const paths: string[] = []
  return {
    paths,
    fetch: async (url: string, init: RequestInit) => {
      const { pathname } = new URL(url)
      paths.push(pathname)
      return answer(pathname, init) ?? fetch(url, init)
    },
  }
}

async function failureOf(operation: Promise<unknown>): Promise<IdentityProviderError> {
  const error = await operation.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  )
  if (error instanceof IdentityProviderError) return error
  throw error
}

describe("who signed in", () => {
  it("is read from the id_token, keyed by issuer and subject", async () => {
    const { identity } = await signIn(providerWith())
    expect(identity).toMatchObject({ issuer: upstream.issuer, subject: "alice" })
    expect(identity.claims).toMatchObject({ aud: confidential.clientId })
  })

  it("has a name from the UserInfo endpoint if the options ask for it", async () => {
    const { paths, fetch } = wire()
    const provider = providerWith({ userinfo: true, fetch })
    const { identity, tokens, scopes } = await signIn(provider)
    const person = { name: "Name of alice", username: "alice", email: "alice@example.com" }
    expect(identity).toMatchObject(person)
    expect((await provider.refresh(tokens, scopes)).identity).toMatchObject(person)
    expect(paths.filter((path) => path === "/me")).toHaveLength(2)
  })

  it("is read from the UserInfo endpoint if a refresh returns no id_token", async () => {
    const provider = providerWith()
    const { tokens, scopes } = await signIn(provider)
    const bare = providerWith({
      fetch: async (url, init) => {
        const response = await fetch(url, init)
        if (!url.endsWith("/token")) return response
        const { id_token: _, ...body } = await response.json()
        return Response.json(body)
      },
    })
    const { identity } = await bare.refresh(tokens, scopes)
    expect(identity).toMatchObject({ issuer: upstream.issuer, subject: "alice" })
  })

  it("is refused if the UserInfo endpoint describes somebody else", async () => {
    const { fetch } = wire((path) =>
      path === "/me" ? Response.json({ sub: "mallory" }) : undefined,
    )
    expect(await failureOf(signIn(providerWith({ userinfo: true, fetch })))).toMatchObject({
      failure: "operator",
      reason: "unusable_token_response",
    })
  })
})

describe("the provider's metadata", () => {
  it("is fetched once an hour", async () => {
    let ahead = 0
    const { paths, fetch } = wire()
    const provider = providerWith({ fetch, now: () => Date.now() + ahead })
    const fetched = () => paths.filter((path) => path.endsWith("openid-configuration")).length
    await Promise.all([1, 2, 3].map(() => provider.authorizationUrl(request)))
    expect(fetched()).toBe(1)
    ahead = 59 * 60_000
    await provider.authorizationUrl(request)
    expect(fetched()).toBe(1)
    ahead = 61 * 60_000
    await provider.authorizationUrl(request)
    expect(fetched()).toBe(2)
  })

  it("stays in use while the provider does not answer, and is requested again", async () => {
    let ahead = 0
    let down = false
    const { paths, fetch } = wire(() => (down ? new Response("", { status: 503 }) : undefined))
    const provider = providerWith({ fetch, now: () => Date.now() + ahead })
    const url = await provider.authorizationUrl(request)
    down = true
    ahead = 61 * 60_000
    expect((await provider.authorizationUrl(request)).href).toBe(url.href)
    await provider.authorizationUrl(request)
    expect(paths).toHaveLength(2)
    ahead += 61_000
    down = false
    await provider.authorizationUrl(request)
    expect(paths).toHaveLength(3)
  })

  it("that can't be fetched at first is an outage, and is requested again", async () => {
    let down = true
    const { fetch } = wire(() => (down ? new Response("", { status: 503 }) : undefined))
    const provider = providerWith({ fetch })
    expect((await failureOf(provider.authorizationUrl(request))).failure).toBe("unavailable")
    down = false
    await expect(provider.authorizationUrl(request)).resolves.toBeInstanceOf(URL)
  })

  it.each<[string, () => Response]>([
    ["of another issuer", () => Response.json({ issuer: "https://elsewhere.example" })],
    ["without endpoints", () => Response.json({ issuer: upstream.issuer })],
    [
      "whose token endpoint is not https",
      () => metadataWith({ token_endpoint: "http://id.example/token" }),
    ],
    ["whose keys are not https", () => metadataWith({ jwks_uri: "http://id.example/jwks" })],
    ["that does not exist", () => new Response("Not found", { status: 404 })],
    ["that is a page", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
  ])("%s is for the operator to fix", async (_, answer) => {
    const { fetch } = wire(answer)
    const error = await failureOf(providerWith({ fetch }).authorizationUrl(request))
    expect(error).toMatchObject({ failure: "operator", reason: "unusable_metadata" })
  })

  it("is requested below the issuer's path", async () => {
    const { paths, fetch } = wire(() => new Response("", { status: 404 }))
    const provider = providerWith({ issuer: `${upstream.issuer}/realms/one/`, fetch })
    await failureOf(provider.authorizationUrl(request))
    expect(paths).toEqual(["/realms/one/.well-known/openid-configuration"])
  })
})

describe("the client's secret", () => {
  it.each([
    ["basic if the provider says nothing", undefined, /^Basic /],
    ["basic if the provider takes both", ["client_secret_post", "client_secret_basic"], /^Basic /],
    ["in the body if the provider takes only that", ["client_secret_post"], undefined],
  ])("is sent as %s", async (_, supported, header) => {
    let sent: RequestInit = {}
    const { fetch } = wire((path, init) => {
      if (path === "/token") {
        sent = init
        return Response.json({ error: "invalid_grant" }, { status: 400 })
      }
      return undefined
    })
    const provider = providerWith({ fetch: withMetadata(fetch, supported) })
    await failureOf(provider.refresh(tokensOf("any"), []))
    const authorization = new Headers(sent.headers).get("authorization") ?? undefined
    if (header) expect(authorization).toMatch(header)
    else expect(authorization).toBeUndefined()
    expect(new URLSearchParams(String(sent.body)).has("client_secret")).toBe(header === undefined)
  })

  it("is not needed by a public client", async () => {
    const provider = oidcProvider({
      issuer: upstream.issuer,
      clientId: publicClientId,
      publicClient: true,
      scopes: ["tools.read"],
    })
    expect((await signIn(provider)).identity.subject).toBe("alice")
  })
})

describe("scopes", () => {
  it("of OpenID Connect are requested but not offered to MCP clients", async () => {
    const provider = providerWith()
    expect(provider.scopes).toEqual(["tools.read"])
    const url = await provider.authorizationUrl(request)
    expect(url.searchParams.get("scope")).toBe("openid profile email offline_access tools.read")
  })

  it("that the provider did not grant are not granted", async () => {
    const { fetch: upstreamFetch } = wire()
    const provider = providerWith({
      scopes: ["tools.read", "tools.write"],
      fetch: async (url, init) => {
        const response = await upstreamFetch(url, init)
        if (!url.endsWith("/token")) return response
        return Response.json({ ...(await response.json()), scope: "openid tools.write" })
      },
    })
    const asked = { ...request, scopes: provider.scopes }
    const callback = await upstream.signIn(await provider.authorizationUrl(asked), "alice")
    const { scopes } = await provider.redeem(callback.searchParams, asked)
    expect(scopes).toEqual(["tools.write"])
  })

  it("that the sign-in does not have are refused to a tool, and the error names them", async () => {
    const provider = providerWith()
    const { tokens } = await signIn(provider)
    const error = await failureOf(provider.tokenFor(tokens, ["tools.read", "tools.admin"]))
    expect(error).toMatchObject({ failure: "operator", reason: "scope_not_granted" })
    expect(error.message).toContain("tools.admin")
  })
})

describe("hints", () => {
  it.each([
    ["none", { prompt: "none" }, "none"],
    ["login beside the operator's consent", { prompt: "login" }, "consent login"],
    ["the operator's alone", {}, "consent"],
  ] as const)("prompt: %s", async (_, hints, prompt) => {
    const url = await providerWith().authorizationUrl({ ...request, hints })
    expect(url.searchParams.get("prompt")).toBe(prompt)
  })

  it("the client's language and domain are passed on", async () => {
    const hints = { uiLocales: "de", domainHint: "example.com" }
    const { searchParams } = await providerWith().authorizationUrl({ ...request, hints })
    expect(Object.fromEntries(searchParams)).toMatchObject({
      ui_locales: "de",
      domain_hint: "example.com",
    })
  })
})

describe("a provider without a revocation endpoint", () => {
  it("is not asked to revoke tokens", async () => {
    const { paths, fetch } = wire()
    const provider = providerWith({ fetch: withMetadata(fetch, undefined) })
    await provider.revoke(tokensOf("any"))
    expect(paths.every((path) => path.endsWith("openid-configuration"))).toBe(true)
  })
})

function metadataWith(changes: Record<string, string>): Response {
  const { issuer } = upstream
  return Response.json({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    ...changes,
  })
}

/** The upstream with other `token_endpoint_auth_methods_supported` and no revocation endpoint. */
function withMetadata(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  methods: readonly string[] | undefined,
) {
  return async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    if (!url.endsWith("openid-configuration")) return response
    const { revocation_endpoint: _, ...metadata } = await response.json()
    return Response.json({ ...metadata, token_endpoint_auth_methods_supported: methods })
  }
}

function tokensOf(refreshToken: string) {
  return { accessToken: "any", expiresAt: Date.now() + 3_600_000, scopes: [], refreshToken }
}
