import { inspect } from "node:util"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { expect, test } from "vitest"
import { IdentityProviderError, type ServerEvent } from "../../src/index.ts"
import { createFixture, randomSecret, secret, verifier } from "../support/fixture.ts"

/** Every secret that a test has seen. */
class Secrets {
  readonly seen = new Set<string>([secret, verifier])

  note(...values: (string | null | undefined)[]) {
    for (const value of values) if (value && value.length > 8) this.seen.add(value)
  }

  /** Everything in an event that a log could print: its JSON, and every property, even hidden ones. */
  foundIn(events: readonly ServerEvent[]): string[] {
    const text = `${JSON.stringify(events)}\n${inspect(events, { depth: null, showHidden: true, maxStringLength: null })}`
    return [...this.seen].filter((value) => text.includes(value))
  }
}

const initialAccessToken = "i".repeat(40)
const resourceServer = {
  id: "mcp",
  secret: "r".repeat(40),
  resource: "https://mcp.example.com/mcp",
}

function setUp() {
  const secrets = new Secrets()
  secrets.note(initialAccessToken, resourceServer.secret)
  const server = createFixture({
    consent: "remember",
    registration: { accessToken: initialAccessToken },
    resourceServers: [resourceServer],
  })
  const register = async (metadata: Record<string, unknown>) => {
    const response = await server.request("/register", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${initialAccessToken}`,
      },
      body: JSON.stringify({ redirect_uris: ["https://client.example.com/callback"], ...metadata }),
    })
    const body = (await response.json()) as Record<string, string>
    secrets.note(body.client_secret, body.registration_access_token)
    return body
  }
  const noteUpstream = () => {
    for (const { state, nonce, codeVerifier } of server.upstream.authorizations) {
      secrets.note(state, nonce, codeVerifier)
    }
  }
  const form = (name: string, value: string) => {
    secrets.note(value)
    return { [name]: value }
  }
  return { server, secrets, register, noteUpstream, form }
}

test("no event in the whole life of a grant contains a secret, token, code or cookie", async () => {
  const { server, secrets, register, noteUpstream } = setUp()
  const client = await register({ token_endpoint_auth_method: "client_secret_post" })
  const credential = { client_secret: client.client_secret ?? "" }
  const browser = server.browser()
  const pushed = await server.post("/par", {
    ...Object.fromEntries(new URL(server.authorizationUrl(client.client_id ?? "")).searchParams),
    ...credential,
  })
  const { request_uri } = (await pushed.json()) as { request_uri: string }
  secrets.note(request_uri)
  const consent = await browser.open(
    `${server.proxy.issuer}/authorize?${new URLSearchParams({ client_id: client.client_id ?? "", request_uri })}`,
  )
  secrets.note(consent.forms[0]?.fields[0]?.value)
  const upstream = await consent.submit("approve", { remember: "yes" })
  noteUpstream()
  secrets.note(...browser.cookies(server.proxy.issuer).map(({ value }) => value))
  const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  secrets.note(...browser.cookies(server.proxy.issuer).map(({ value }) => value))
  const code = back.url.searchParams.get("code") ?? ""
  secrets.note(code)
  const { body: first } = await server.redeem(client.client_id ?? "", code, credential)
  server.advance(10 * 60_000)
  const { body: second } = await server.refresh(
    client.client_id ?? "",
    first.refresh_token,
    credential,
  )
  await server.refresh(client.client_id ?? "", first.refresh_token, credential)
  secrets.note(first.access_token, first.refresh_token, second.access_token, second.refresh_token)
  const upstreamToken = await (await server.verify(second.access_token)).upstreamToken([
    "Mail.Read",
  ])
  secrets.note(
    upstreamToken.accessToken,
    ...server.upstream.refreshes.map(({ refreshToken }) => refreshToken),
  )
  await server.post("/revoke", {
    client_id: client.client_id ?? "",
    token: second.refresh_token,
    ...credential,
  })
  await server.proxy.rotateKeys()
  await server.request(`/register/${client.client_id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${client.registration_access_token}` },
  })

  expect(server.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      "client.registered",
      "consent.given",
      "sign_in.completed",
      "token.issued",
      "upstream.refreshed",
      "token.refreshed",
      "token.refresh_repeated",
      "grant.ended",
      "keys.rotated",
      "client.deleted",
    ]),
  )
  expect(secrets.seen.size).toBeGreaterThan(20)
  expect(secrets.foundIn(server.events)).toEqual([])
})

test("no event of a refusal contains what was refused", async () => {
  const { server, secrets, register, noteUpstream, form } = setUp()
  const client = await register({ token_endpoint_auth_method: "client_secret_post" })
  const clientId = client.client_id ?? ""
  const { publicKey, privateKey } = await generateKeyPair("ES256")
  const jwtClient = await register({
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [await exportJWK(publicKey)] },
  })
  const assertion = await new SignJWT({
    jti: "1",
    iss: jwtClient.client_id ?? "",
    sub: jwtClient.client_id ?? "",
  })
    .setProtectedHeader({ alg: "ES256" })
    .setAudience("https://elsewhere.example")
    .setExpirationTime(1)
    .sign(privateKey)
  const made = () => {
    const value = randomSecret()
    // Even a part of it is too much.
    secrets.note(value, value.slice(0, 10))
    return value
  }

  const grantType = { grant_type: "refresh_token" }
  await server.post("/token", {
    ...grantType,
    client_id: clientId,
    ...form("client_secret", made()),
    ...form("refresh_token", made()),
  })
  await server.post("/token", {
    ...grantType,
    client_id: clientId,
    client_secret: client.client_secret ?? "",
    ...form("refresh_token", made()),
  })
  await server.post(
    "/token",
    { ...grantType, ...form("refresh_token", made()) },
    { authorization: `Basic ${made()}` },
  )
  await server.post("/token", {
    ...grantType,
    ...form("client_assertion", assertion),
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    refresh_token: "x",
  })
  await server.post("/token", {
    ...form("grant_type", made()),
    client_id: clientId,
    client_secret: client.client_secret ?? "",
  })
  await server.redeem(clientId, made(), { client_secret: client.client_secret ?? "" })
  await server.post("/introspect", form("token", made()), {
    authorization: `Basic ${Buffer.from(`mcp:${made()}`).toString("base64")}`,
  })
  for (const token of [initialAccessToken, made()]) {
    secrets.note(token)
    await server.request("/register", {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: made(),
    })
  }
  await server.request(`/register/${clientId}`, {
    headers: { authorization: `Bearer ${made()}` },
  })

  const browser = server.browser()
  const consent = await browser.open(server.authorizationUrl(clientId))
  const sealed = consent.forms[0]?.fields[0]?.value ?? ""
  await consent.submit("approve", { request: sealed.slice(1) })
  secrets.note(sealed, sealed.slice(1))
  for (const failure of [
    () => new IdentityProviderError("sign_in_required", "AADSTS50173", "Sign in again."),
    () => new IdentityProviderError("unavailable", "timeout", "No answer."),
    () => new TypeError("fetch failed"),
  ]) {
    const upstream = await (await browser.open(server.authorizationUrl(clientId))).submit("approve")
    noteUpstream()
    server.upstream.onRedeem = () => {
      throw failure()
    }
    const url = server.callbackUrl(upstream, made())
    secrets.note(new URL(url).searchParams.get("code"))
    await server.browser().open(url)
    await browser.openFrom("https://login.test", url)
    server.upstream.onRedeem = undefined
  }
  secrets.note(...browser.cookies(server.proxy.issuer).map(({ value }) => value))

  expect(new Set(server.reasons()).size).toBeGreaterThan(10)
  expect(secrets.foundIn(server.events)).toEqual([])
})
