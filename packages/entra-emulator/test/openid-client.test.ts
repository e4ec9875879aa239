import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  createEntraEmulator,
  defaultApp,
  defaultTenant,
  otherTenant,
  type ServedEmulator,
  serveEntraEmulator,
} from "../src/index.ts"
import { hiddenFields, Visitor } from "./visitor.ts"

const scope = `openid profile email offline_access api://${defaultApp.clientId}/access_as_user`
const insecure = { execute: [client.allowInsecureRequests] }

let served: ServedEmulator
let config: client.Configuration
beforeAll(async () => {
  served = await serveEntraEmulator()
  config = await client.discovery(
    new URL(`${served.origin}/${defaultTenant.id}/v2.0`),
    defaultApp.clientId,
    undefined,
    client.ClientSecretPost(defaultApp.clientSecret),
    insecure,
  )
})
afterAll(() => served.close())

/** Over the socket, as any client would. */
function browser(): Visitor {
  return new Visitor(served.origin)
}

async function signIn(parameters: Record<string, string> = {}, username = "bob@contoso.example") {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: defaultApp.redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  const page = browser()
  await page.open(url)
  await page.type("username", username)
  if (!page.location) await page.press("decision", "accept")
  const callback = page.location
  if (!callback) throw new Error(page.page.text)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  return { callback, checks }
}

describe("openid-client", () => {
  it("accepts the emulator as a strict OpenID provider: code, id_token, UserInfo, refresh", async () => {
    const { callback, checks } = await signIn()
    const tokens = await client.authorizationCodeGrant(config, callback, checks)
    const claims = tokens.claims()
    expect(claims).toMatchObject({ name: "Bob Lindqvist", tid: defaultTenant.id })

    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? "", { scope })
    expect(refreshed.claims()?.sub).toBe(claims?.sub)
    const forUserInfo = await client.refreshTokenGrant(config, tokens.refresh_token ?? "", {
      scope: "openid profile email",
    })
    const info = await client.fetchUserInfo(config, forUserInfo.access_token, claims?.sub ?? "")
    expect(info.email).toBe("bob@contoso.example")
  })

  it("accepts the answer as a form post", async () => {
    const verifier = client.randomPKCECodeVerifier()
    const state = client.randomState()
    const page = browser()
    await page.open(
      client.buildAuthorizationUrl(config, {
        redirect_uri: defaultApp.redirectUri,
        scope,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        response_mode: "form_post",
      }),
    )
    await page.type("username", "alice@contoso.example")
    await page.press("decision", "accept")
    const [form] = page.page.forms
    const callback = new Request(form?.action ?? "", {
      method: "POST",
      body: new URLSearchParams(hiddenFields(page.page)),
    })
    const checks = { pkceCodeVerifier: verifier, expectedState: state }
    const tokens = await client.authorizationCodeGrant(config, callback, checks)
    expect(tokens.claims()?.name).toBe("Alice Okafor")
  })

  it("understands a refusal by the authorization endpoint and one by the token endpoint", async () => {
    const state = client.randomState()
    const page = browser()
    await page.open(
      client.buildAuthorizationUrl(config, { redirect_uri: defaultApp.redirectUri, scope, state }),
    )
    await page.press("decision", "cancel")
    const denied = client.authorizationCodeGrant(config, page.location ?? new URL("about:blank"), {
      expectedState: state,
    })
    await expect(denied).rejects.toMatchObject({ error: "access_denied" })

    const { callback, checks } = await signIn()
    await client.authorizationCodeGrant(config, callback, checks)
    const replayed = client.authorizationCodeGrant(config, callback, checks)
    await expect(replayed).rejects.toMatchObject({
      error: "invalid_grant",
      status: 400,
      error_description: expect.stringContaining("AADSTS54005"),
    })
  })

  it("authenticates by client_secret_basic as well", async () => {
    const basic = await client.discovery(
      new URL(`${served.origin}/${defaultTenant.id}/v2.0`),
      defaultApp.clientId,
      undefined,
      client.ClientSecretBasic(defaultApp.clientSecret),
      insecure,
    )
    const tokens = await client.clientCredentialsGrant(basic, {
      scope: `api://${defaultApp.clientId}/.default`,
    })
    expect(tokens.token_type).toBe("bearer")
    expect(tokens.scope).toBeUndefined()
  })

  it("refuses the template issuer of /common, except at Microsoft's own origin", async () => {
    const local = new URL(`${served.origin}/common/v2.0`)
    const { clientId } = defaultApp
    await expect(
      client.discovery(local, clientId, undefined, undefined, insecure),
    ).rejects.toMatchObject({ code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED" })

    const emulator = createEntraEmulator()
    const real = await client.discovery(
      new URL(`${emulator.baseUrl}/common/v2.0`),
      clientId,
      undefined,
      undefined,
      { [client.customFetch]: (url) => emulator.fetch(new Request(url)) },
    )
    expect(real.serverMetadata().issuer).toBe("https://login.microsoftonline.com/{tenantid}/v2.0")
  })

  it("cannot redeem the code at another tenant", async () => {
    const other = await client.discovery(
      new URL(`${served.origin}/${otherTenant.id}/v2.0`),
      defaultApp.clientId,
      undefined,
      client.ClientSecretPost(defaultApp.clientSecret),
      insecure,
    )
    const { callback, checks } = await signIn()
    await expect(client.authorizationCodeGrant(other, callback, checks)).rejects.toMatchObject({
      error: "unauthorized_client",
    })
  })
})
