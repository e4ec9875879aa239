import { defaultApp, otherTenant } from "@doorward/entra-emulator"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import {
  approve,
  authorizationUrl,
  browser,
  redeem,
  redirectUri,
  registerClient,
} from "./support/oauth-client.ts"
import { throughEntra } from "./support/person.ts"
import { type Stack, startStack } from "./support/stack.ts"

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

/** A client with a code of alice's. */
async function signedIn() {
  const clientId = await registerClient(stack)
  const consent = await browser().open(authorizationUrl(stack, clientId))
  const back = await throughEntra(await consent.submit("approve"), "alice@contoso.example")
  return { clientId, code: back.url.searchParams.get("code") ?? "" }
}

describe("the person says no", () => {
  test("on the consent page: the client gets access_denied, and Entra ID hears nothing", async () => {
    const clientId = await registerClient(stack)
    const consent = await browser().open(authorizationUrl(stack, clientId))
    const back = await consent.submit("deny")
    expect(back.stopped).toBe(true)
    expect(back.hops.some(({ url }) => url.origin === stack.emulatorUrl)).toBe(false)
    expect(Object.fromEntries(back.url.searchParams)).toMatchObject({
      error: "access_denied",
      state: "the-state",
      iss: stack.server.url,
    })
  })

  test("on Entra ID's page: the client gets access_denied", async () => {
    const signIn = await approve(stack)
    const back = await signIn.submit({ name: "decision", value: "cancel" })
    expect(back.stopped).toBe(true)
    expect(back.url.searchParams.get("error")).toBe("access_denied")
    expect(back.url.searchParams.get("error_description")).not.toContain("AADSTS")
  })
})

describe("the registration is wrong", () => {
  test("a wrong secret is the operator's fault: server_error, with how to fix it", async () => {
    await using broken = await startStack({ AZURE_CLIENT_SECRET: "not-the-secret" })
    const back = await throughEntra(await approve(broken), "alice@contoso.example")
    expect(back.url.searchParams.get("error")).toBe("server_error")
    expect(back.url.searchParams.get("error_description")).toMatch(/secret/i)
  })

  test("a redirect URI that is not registered: Entra ID's page says so, and redirects nowhere", async () => {
    await using other = await startStack()
    other.emulator.control({
      action: "update-app",
      clientId: defaultApp.clientId,
      changes: { redirectUris: ["https://elsewhere.example/auth/callback"] },
    })
    const page = await approve(other)
    expect(page.stopped).toBe(false)
    expect(page.status).toBe(400)
    expect(page.text).toContain("AADSTS50011")
  })

  test("a wrong tenant: a page of Entra ID names it", async () => {
    await using other = await startStack({
      AZURE_TENANT_ID: "11111111-1111-4111-8111-111111111111",
    })
    const page = await approve(other)
    expect(page.stopped).toBe(false)
    expect(page.text).toContain("AADSTS90002")
  })

  test("an app that another tenant knows is refused", async () => {
    await using other = await startStack({ AZURE_TENANT_ID: otherTenant.id })
    const page = await approve(other)
    expect(page.stopped).toBe(false)
    expect(page.text).toContain("AADSTS700016")
  })
})

describe("codes and states", () => {
  test("a replayed code is invalid_grant, and ends the access that it gave", async () => {
    const { clientId, code } = await signedIn()
    const first = await redeem(stack, clientId, code)
    expect(first.status).toBe(200)
    const replay = await redeem(stack, clientId, code)
    expect(replay).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    const refreshed = await fetch(`${stack.server.url}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "refresh_token",
        client_id: clientId,
        refresh_token: String(first.body.refresh_token),
      }),
    })
    expect(refreshed.status).toBe(400)
  })

  test("a wrong verifier is invalid_grant, and the right one still redeems", async () => {
    const { clientId, code } = await signedIn()
    const wrong = await redeem(stack, clientId, code, { code_verifier: "x".repeat(43) })
    expect(wrong).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    expect((await redeem(stack, clientId, code)).status).toBe(200)
  })

  test("a forged state gets a page, and no redirect", async () => {
    const response = await fetch(`${stack.server.url}/auth/callback?code=abc&state=forged`, {
      redirect: "manual",
      headers: { accept: "text/html" },
    })
    expect(response.status).toBe(403)
    expect(response.headers.get("location")).toBeNull()
    expect(await response.text()).toContain("Start again from the application")
  })

  test("a client that is not registered gets a page that says what to do, and no redirect", async () => {
    const url = authorizationUrl(stack, "nobody")
    const response = await fetch(url, { redirect: "manual", headers: { accept: "text/html" } })
    expect(response.status).toBe(400)
    const text = await response.text()
    expect(text).toContain("remove this server and add it again")
    expect(text).not.toContain(redirectUri)
  })
})

test("headers beyond 16 KB are refused before anything reads them, and the server goes on", async () => {
  const response = await fetch(`${stack.server.url}/token`, {
    method: "POST",
    headers: { "x-padding": "a".repeat(20_000) },
  })
  expect(response.status).toBe(431)
  expect((await fetch(`${stack.server.url}/healthz`)).status).toBe(200)
})
