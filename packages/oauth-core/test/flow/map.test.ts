import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { IdentityProviderError, newClientSecret } from "../../src/index.ts"
import { allOf } from "../support/all-of.ts"
import { assertionIssuer } from "../support/assertion-issuer.ts"
import { assertionType, clientKey } from "../support/client-keys.ts"
import { documentServer } from "../support/document-server.ts"
import { dpopKey } from "../support/dpop-key.ts"
import { createFixture, createWorld, redirectUri } from "../support/fixture.ts"
import { recordingStore } from "../support/recording-store.ts"

const flow = join(import.meta.dirname, "../../src/flow")
const map = readFileSync(join(flow, "README.md"), "utf8")

interface Row {
  name: string
  routes: string[]
  steps: string[]
  records: string[]
}

const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text)

/** The rows of the table below a heading. */
function rowsOf(heading: string): Row[] {
  const [, section = ""] = map.split(`## ${heading}\n`)
  return [
    ...(section.split("\n## ")[0] ?? "").matchAll(/^\| (`.*|the .*) \| (.*) \| (.*) \|$/gm),
  ].map(([, route = "", steps = "", records = ""]) => ({
    name: route.replaceAll("`", ""),
    routes: quoted(route),
    steps: quoted(steps),
    records: quoted(records).sort(),
  }))
}

const routes = rowsOf("Routes")
const calls = rowsOf("Not routes")

/** The steps that a file imports, as the map names them. */
const importsOf = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/from "([^"]+)"/g)].map(([, path = ""]) =>
    join(file, "..", path).replace(`${flow}/`, "").replace(/\.ts$/, ""),
  )

describe("flow/README.md", () => {
  test("lists exactly the routes of the server", () => {
    const { app } = createFixture(devices).proxy
    const served = app.routes.filter(({ method }) => method !== "ALL")
    const documented = routes.flatMap((row) => row.routes)
    expect([...new Set(documented)].sort()).toEqual(
      [...new Set(served.map(({ method, path }) => `${method} ${path}`))].sort(),
    )
  })

  test("names exactly the steps that exist", () => {
    const files = globSync("*/*.ts", { cwd: flow }).map((file) => file.replace(/\.ts$/, ""))
    const named = quoted(map).filter(
      (text) => /^[a-z]+\/[a-z-]+$/.test(text) && !text.startsWith("http/"),
    )
    expect([...new Set(named)].sort()).toEqual(files.sort())
  })

  test("lists steps in the order in which they call each other", () => {
    const http = globSync("../{http/**/*,oauth-proxy,read-settings}.ts", { cwd: flow }).flatMap(
      (file) => importsOf(join(flow, file)),
    )
    for (const { name, steps } of [...routes, ...calls]) {
      for (const [index, step] of steps.entries()) {
        const earlier = steps.slice(0, index).flatMap((one) => importsOf(join(flow, `${one}.ts`)))
        expect([...http, ...earlier], `${name}: ${step}`).toContain(step)
      }
    }
  })
})

const minutes = 60_000
const devices = {
  dpop: "optional" as const,
  deviceAuthorization: true,
  limiter: { consume: async () => ({}) },
  clientAddress: () => "192.0.2.1",
}
const documentUrl = "https://client.example.com/oauth.json"
const resourceServer = { id: "rs", secret: "s".repeat(32), resource: "https://mcp.example.com/mcp" }

const confidential = await newClientSecret()
/** Configured clients with a secret, one for each endpoint that authenticates them. */
const confidentialClients = [
  "/token code",
  "/token refresh",
  "/token device",
  "/device_authorization",
  "/par",
  "/revoke",
].map((clientId) => ({
  clientId,
  clientSecretHash: confidential.hash,
  redirectUris: [redirectUri],
}))
/** Clients that need no browser: one with a key, and one with a secret for each grant, whose use is noted. */
const programKey = await clientKey()
const grantsOfPrograms = {
  clientCredentials: {},
  tokenExchange: { audiences: [resourceServer.resource], resources: [resourceServer.resource] },
}
const programs = [
  ...["program 0", "program 1", "program 2"].map((clientId) => ({
    clientId,
    clientSecretHash: confidential.hash,
    ...grantsOfPrograms,
  })),
  { clientId: "program with a key", jwks: { keys: [programKey.jwk] }, ...grantsOfPrograms },
]
const idp = await assertionIssuer()

const grantOf = (form: URLSearchParams) =>
  ({
    authorization_code: "a code",
    refresh_token: "a refresh token",
    client_credentials: "client credentials",
    "urn:ietf:params:oauth:grant-type:device_code": "a device code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer": "an identity assertion",
    "urn:ietf:params:oauth:grant-type:token-exchange": "a token to exchange",
  })[form.get("grant_type") ?? ""]

/** The name of the row that a request belongs to. */
async function rowOf(request: Request): Promise<string> {
  const { pathname } = new URL(request.url)
  const method = request.method === "HEAD" ? "GET" : request.method
  const route = `${method} ${pathname.replace(/^\/register\/.+/, "/register/:id")}`
  if (request.headers.has("dpop")) return `${route} with a DPoP proof, whatever the grant`
  const form = pathname === "/token" ? await request.clone().text() : ""
  const name = form === "" ? route : `${route} with ${grantOf(new URLSearchParams(form))}`
  return routes.find((row) => row.name === name || row.routes.includes(name))?.name ?? name
}

/** A server that records which kinds of records each route accesses. */
function observedServer() {
  const world = createWorld()
  const store = recordingStore(world.now)
  const web = documentServer()
  const server = createFixture(
    {
      consent: "remember",
      fetchDocument: web.fetcher,
      clients: [...confidentialClients, ...programs],
      identityAssertionIssuers: [idp.options],
      ...devices,
      resourceServers: [resourceServer],
      onSignIn: () => undefined,
    },
    { ...world, store },
  )
  const found = new Map<string, Set<string>>()
  async function during<T>(name: string, work: () => Promise<T>): Promise<T> {
    store.touched.clear()
    const result = await work()
    found.set(name, new Set([...(found.get(name) ?? []), ...store.touched]))
    return result
  }
  const { app } = server.proxy
  const send = app.request.bind(app)
  app.request = async (input, init) => {
    const request = input instanceof Request ? input : new Request(String(input), init)
    return during(await rowOf(request), async () => send(request))
  }
  return { server, web, during, found }
}

/** Makes a server do everything that it can do. */
async function touchedRecords(): Promise<Record<string, string[]>> {
  const { server, web, during, found } = observedServer()
  const key = await clientKey()
  const jwksUri = "https://client.example.com/jwks.json"
  web.serve(jwksUri, { json: { keys: [key.jwk] } })
  web.serve(documentUrl, {
    json: {
      client_id: documentUrl,
      client_name: "Documented",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri: jwksUri,
      grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
    },
  })
  const authenticated = async () => ({
    client_assertion_type: assertionType,
    client_assertion: await key.sign(server, documentUrl),
  })
  const signIn = async (clientId: string, more: { redirect_uri?: string } = {}) => {
    const browser = server.browser()
    const consent = await browser.open(server.authorizationUrl(clientId, more))
    const upstream = await consent.submit("approve", { remember: "yes" })
    const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    return { browser, code: back.url.searchParams.get("code") ?? "" }
  }

  const onDevice = { redirect_uri: "http://127.0.0.1/callback" }
  const registration = await server.register({ redirect_uris: [onDevice.redirect_uri] })
  const clientId = await server.registerPublic()
  const device = String(registration.client_id)

  // A replayed code, and a remembered consent.
  const first = await signIn(clientId)
  await server.redeem(clientId, first.code)
  await server.redeem(clientId, first.code)
  await first.browser.open(server.authorizationUrl(clientId))

  // A client with a metadata document and its own keys.
  const documented = await signIn(documentUrl)
  const { body: own } = await server.redeem(documentUrl, documented.code, await authenticated())
  server.advance(6 * minutes)
  await server.refresh(documentUrl, own.refresh_token, await authenticated())

  // A pushed request from either kind of client.
  const request = new URL(server.authorizationUrl(clientId)).searchParams
  const pushed = (await (await server.post("/par", request)).json()) as { request_uri: string }
  await server.request(`/authorize?client_id=${clientId}&request_uri=${pushed.request_uri}`)
  const theirs = new URL(server.authorizationUrl(documentUrl)).searchParams
  await server.post("/par", { ...Object.fromEntries(theirs), ...(await authenticated()) })

  // Configured clients with a secret, whose use is noted.
  const credential = { client_secret: confidential.secret }
  await server.redeem("/token code", "x", credential)
  await server.refresh("/token refresh", "x", credential)
  const deviceToken = {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: "x",
  }
  await server.post("/token", { ...deviceToken, client_id: "/token device", ...credential })
  for (const path of ["/device_authorization", "/par", "/revoke"]) {
    await server.post(path, { client_id: path, token: "x", ...credential })
  }

  // A device, of either kind of client.
  const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
  const ofDevice = await server.registerPublic({ redirect_uris: [], grant_types: [deviceGrant] })
  for (const [id, more] of [
    [ofDevice, async () => ({})],
    [documentUrl, authenticated],
  ] as const) {
    server.advance(2 * minutes)
    const waiting = (await (
      await server.post("/device_authorization", { client_id: id, ...(await more()) })
    ).json()) as { device_code: string; user_code: string }
    const browser = server.browser()
    const form = await browser.open(`${server.proxy.issuer}/device`)
    const page = await form.submit("Continue", { user_code: waiting.user_code })
    const upstream = await page.submit("approve")
    await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    const code = { grant_type: deviceGrant, device_code: waiting.device_code }
    await server.post("/token", { ...code, client_id: id, ...(await more()) })
  }

  // A proof of a key, at the token endpoint and at a resource.
  const bound = await dpopKey()
  const nonce = await server.proxy.dpop?.nonce()
  const malformed = { grant_type: "refresh_token", client_id: clientId, refresh_token: "x" }
  await server.post("/token", malformed, { dpop: await bound.sign(server, { nonce }) })
  const url = resourceServer.resource
  const proof = await bound.sign(server, { nonce, htu: url })
  await during("dpop.check()", async () => server.proxy.dpop?.check({ proof, method: "POST", url }))

  // Grants without a browser, by either kind of credential.
  const { access_token: subject_token } = (
    await server.redeem(clientId, (await signIn(clientId)).code)
  ).body
  const jag = (client_id: string) => idp.sign(server, { client_id })
  const withoutBrowser = async (assertionFor: string): Promise<Record<string, string>[]> => [
    { grant_type: "client_credentials" },
    {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: await jag(assertionFor),
    },
    {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    },
  ]
  for (const [index, form] of (await withoutBrowser("program 1")).entries()) {
    server.advance(2 * minutes)
    await server.post("/token", { ...form, client_id: `program ${index}`, ...credential })
  }
  for (const form of await withoutBrowser("program with a key")) {
    const client_assertion = await programKey.sign(server, "program with a key")
    await server.post("/token", { ...form, client_assertion_type: assertionType, client_assertion })
  }

  // Tools, and a claims challenge that goes with the next sign-in of a client on a device.
  const signedIn = async () => {
    const { code } = await signIn(device, onDevice)
    return (await server.redeem(device, code, onDevice)).body
  }
  const tokens = await signedIn()
  await server.refresh(device, tokens.refresh_token)
  server.advance(2 * minutes)
  const token = await during("tokenVerifier().verify()", () => server.verify(tokens.access_token))
  server.advance(59 * minutes)
  await during("upstreamToken() of a verified token", () => token.upstreamToken(["Mail.Read"]))
  const challenge = (claims: string) =>
    new IdentityProviderError("interaction_required", "mfa", "More is asked for.", { claims })
  server.upstream.onTokenFor = () => {
    throw challenge("{}")
  }
  await during("upstreamToken() of a verified token", () =>
    token.upstreamToken(["Mail.Send"]).catch(() => undefined),
  )
  await during("requireScopes() of a verified token", () => token.requireScopes(["more"]))
  server.advance(minutes)
  await during("requireClaims() of a verified token", () => token.requireClaims(challenge("[]")))
  await signedIn()

  const { access_token: good } = await signedIn()
  const basic = { authorization: `Basic ${btoa(`${resourceServer.id}:${resourceServer.secret}`)}` }
  server.advance(2 * minutes)
  await server.post("/introspect", { token: good }, basic)
  server.advance(2 * minutes)
  await server.post("/revoke", { client_id: device, token: good })
  await server.post("/revoke", { ...(await authenticated()), token: own.refresh_token })
  await signedIn()

  const browser = server.browser()
  const signInPage = await browser.open(`${server.proxy.issuer}/grants`)
  const upstream = await signInPage.submit("sign_in")
  const grants = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  await grants.submit("End access")
  const other = await server.registerPublic()
  await server.redeem(other, (await signIn(other)).code)
  await during("grantsOf()", () => server.proxy.grantsOf(token.subject))
  await during("clients()", () => allOf(server.proxy.clients()))
  await during("staticClients()", () => server.proxy.staticClients())
  await during("endClient()", () => server.proxy.endClient(other))
  await during("endGrantsOf()", () => server.proxy.endGrantsOf(token.subject))

  for (const place of ["jwks.json", "oauth-authorization-server", "openid-configuration"]) {
    server.advance(2 * minutes)
    await server.request(`/.well-known/${place}`)
  }
  const headers = { authorization: `Bearer ${registration.registration_access_token}` }
  await server.request(`/register/${device}`, { headers })
  await server.request(`/register/${device}`, { method: "DELETE", headers })
  await during("the start of oauthProxy", async () => createFixture({}, server.world))
  return Object.fromEntries([...found].map(([name, records]) => [name, [...records].sort()]))
}

test("each row of the map lists exactly the records that its requests touch", async () => {
  const rows = [...routes, ...calls].map(({ name, records }) => [name, records])
  expect(await touchedRecords()).toEqual(Object.fromEntries(rows))
})
