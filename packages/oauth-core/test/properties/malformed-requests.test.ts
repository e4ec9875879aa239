import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { documentServer } from "../support/document-server.ts"
import { challengeOf, createFixture, redirectUri, secret, verifier } from "../support/fixture.ts"
import { anyText, trickyUri } from "./arbitraries.ts"

const loopback = "http://127.0.0.1/callback"
const documentId = "https://client.example.com/client.json"
/**
 * Where a browser may be sent: registered URIs (with any loopback port), the provider, and this server.
 */
const allowedLocation =
  /^(https:\/\/client\.example\.com\/callback\?|http:\/\/127\.0\.0\.1(:\d+)?\/callback\?|cursor:\/\/callback\?|https:\/\/login\.test\/authorize\?|https:\/\/mcp\.example\.com\/grants$)/

let server: ReturnType<typeof createFixture>
/** Values from real requests. Mixed up, they get far. */
let known: string[]

beforeAll(async () => {
  const web = documentServer()
  web.serve(documentId, {
    json: { client_id: documentId, client_name: "x", redirect_uris: [redirectUri] },
  })
  server = createFixture({
    fetchDocument: web.fetcher,
    clients: [{ clientId: "own", redirectUris: [redirectUri] }],
    resourceServers: [
      { id: "rs", secret: "s".repeat(32), resource: "https://mcp.example.com/mcp" },
    ],
  })
  const { clientId, code, tokens } = await server.signIn()
  const native = await server.registerPublic({ redirect_uris: [loopback, "cursor://callback"] })
  const confidential = await server.register({ token_endpoint_auth_method: "client_secret_post" })
  const pushed = await server.post("/par", {
    ...Object.fromEntries(new URL(server.authorizationUrl(clientId)).searchParams),
  })
  const { request_uri: requestUri } = (await pushed.json()) as { request_uri: string }
  const consent = await server.browser().open(server.authorizationUrl(clientId))
  known = [
    clientId,
    native,
    "own",
    documentId,
    String(confidential.client_id),
    String(confidential.client_secret),
    String(confidential.registration_access_token),
    code,
    tokens.access_token,
    tokens.refresh_token,
    (await server.authorize(clientId)).get("code") ?? "",
    requestUri,
    consent.forms[0]?.fields[0]?.value ?? "",
    redirectUri,
    loopback,
    "http://127.0.0.1:4711/callback",
    "cursor://callback",
    verifier,
    challengeOf(verifier),
    "https://mcp.example.com/mcp",
    "code",
    "S256",
    "read write",
    "authorization_code",
    "refresh_token",
    "approve",
    "deny",
    "none",
    "consent login",
    "{}",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  ]
})

const names = [
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
  "redirect_uri",
  "response_type",
  "response_mode",
  "code_challenge",
  "code_challenge_method",
  "code_verifier",
  "grant_type",
  "code",
  "refresh_token",
  "token",
  "token_type_hint",
  "scope",
  "state",
  "resource",
  "prompt",
  "claims",
  "login_hint",
  "request",
  "request_uri",
  "decision",
  "remember",
  "grant",
  "error",
  "error_description",
] as const

const value = fc.oneof(
  { weight: 6, arbitrary: fc.nat(1000).map((at) => known[at % known.length] ?? "") },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: trickyUri },
)
const parameter = fc.tuple(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, anyText),
  value,
)
/** Random parameters, or those of a valid request with changes. */
const parameters = fc
  .tuple(fc.boolean(), fc.array(parameter, { maxLength: 6 }))
  .map(([good, changes]) => {
    const start = good ? new URL(server.authorizationUrl("own")).search : ""
    const made = new URLSearchParams(start)
    if (good) made.set("grant_type", "refresh_token")
    for (const [name, text] of changes) {
      if (text.length % 3 === 0) made.append(name, text)
      else made.set(name, text)
    }
    return made.toString()
  })

/** Text that HTTP allows in a header. */
const headerText = (text: string) => text.replace(/[^\x20-\x7e]/g, "").trim()
const authorization = fc
  .tuple(fc.constantFrom("Basic ", "Bearer ", "basic", "DPoP ", ""), fc.boolean(), value, value)
  .map(([scheme, encoded, a, b]) => {
    const pair = `${a}:${b}`
    return headerText(`${scheme}${encoded ? Buffer.from(pair).toString("base64") : pair}`)
  })
const headers = fc.record(
  {
    authorization,
    accept: fc.constantFrom("text/html", "application/json", "*/*", "x"),
    origin: fc.oneof(
      fc.constantFrom("https://mcp.example.com", "null", "https://evil.example"),
      anyText.map(headerText),
    ),
    "sec-fetch-site": fc.constantFrom("same-origin", "none", "cross-site", "x"),
    cookie: fc.oneof(anyText, value).map((text) => headerText(`__Host-doorward-browser=${text}`)),
    host: fc.constantFrom("evil.example", "mcp.example.com"),
    "x-forwarded-host": fc.constantFrom("evil.example"),
  },
  { requiredKeys: [] },
)
const type = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("application/x-www-form-urlencoded", "application/json"),
  },
  fc.constantFrom("multipart/form-data; boundary=x", "text/plain", "x", ""),
)
const body = fc.oneof(
  { weight: 5, arbitrary: parameters },
  fc.json(),
  fc
    .dictionary(
      fc.constantFrom("redirect_uris", "client_name", "jwks", "grant_types"),
      fc.jsonValue(),
    )
    .map((metadata) => JSON.stringify(metadata)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  fc.constantFrom("%", "%zz=%", "&&&===", "a".repeat(20_000), "\ud800"),
)

interface Sent {
  method: string
  path: string
  query: string
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer>
}

const requestTo = (paths: readonly string[], methods: readonly string[]) =>
  fc.record({
    method: fc.constantFrom(...methods),
    path: fc.constantFrom(...paths),
    query: fc.oneof({ weight: 3, arbitrary: parameters }, anyText.map(encodeQuery)),
    headers: fc.tuple(headers, type).map(([rest, media]) => ({ ...rest, "content-type": media })),
    body,
  }) as fc.Arbitrary<Sent>

const encodeQuery = (text: string) => text.toWellFormed().replace(/[#\s]/g, encodeURIComponent)

/** Checks what must hold for every answer. */
async function check({ method, path, query, headers, body }: Sent): Promise<void> {
  const response = await server.request(`${path}?${query}`, {
    method,
    headers,
    ...(method === "GET" || method === "HEAD" ? {} : { body }),
  })
  const text = await response.text()
  expect(response.status).toBeLessThan(500)
  const location = response.headers.get("location")
  if (location !== null) expect(location).toMatch(allowedLocation)
  expect(text).not.toMatch(/\n\s+at |node_modules|\.ts:\d|TypeError|ZodError|undefined|\[object /)
  expect(text).not.toContain(secret)
  expect(text).not.toContain("upstream-access")
  const isJson = response.headers.get("content-type")?.includes("json")
  if (response.status >= 400 && isJson && method !== "HEAD") {
    expect(JSON.parse(text)).toEqual({
      error: expect.stringMatching(/^[a-z_]+$/),
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
    })
  }
  if (text.startsWith("<!doctype")) {
    expect(text).not.toContain("<script")
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
  }
}

const methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]

describe.each<[string, string[], string[], number]>([
  ["the authorization endpoint", ["/authorize"], ["GET", "POST"], 1000],
  ["consent, callback and grants", ["/consent", "/auth/callback", "/grants"], ["GET", "POST"], 600],
  ["the token endpoint", ["/token"], ["POST"], 900],
  [
    "revocation, introspection and pushed requests",
    ["/revoke", "/introspect", "/par"],
    ["POST"],
    600,
  ],
  ["registration", ["/register", "/register/x", "/register/%00", "/register/%zz"], methods, 600],
  [
    "every endpoint, with every method",
    [
      "/authorize",
      "/token",
      "/consent",
      "/auth/callback",
      "/par",
      "/revoke",
      "/introspect",
      "/grants",
      "/register",
      "/.well-known/oauth-authorization-server",
      "/.well-known/openid-configuration",
      "/.well-known/jwks.json",
      "/",
      "//evil.example/authorize",
      "/.well-known/../authorize",
    ],
    methods,
    900,
  ],
])("%s", (_, paths, allowed, numRuns) => {
  it(`answers ${numRuns} malformed requests as it should`, async () => {
    await fc.assert(fc.asyncProperty(requestTo(paths, allowed), check), { numRuns })
    expect(server.reasons()).not.toContain("internal_error")
  })
})

it("the malformed requests get far: they cause nearly every reason for a refusal", () => {
  const reasons = new Set(server.reasons())
  expect([...reasons].sort()).toEqual(
    expect.arrayContaining([
      "client_credential_missing",
      "client_credential_wrong",
      "consent_form_invalid",
      "cross_origin_form",
      "malformed_request",
      "method_not_allowed",
      "missing_parameter",
      "pkce_method_unsupported",
      "redirect_uri_mismatch",
      "repeated_parameter",
      "request_too_large",
      "scope_unknown",
      "unknown_client",
      "wrong_media_type",
    ]),
  )
})
