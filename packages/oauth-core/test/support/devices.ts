import type { Page } from "@doorward/headless-browser"
import type { OAuthProxyOptions } from "../../src/index.ts"
import type { createFixture, TokenBody } from "./fixture.ts"

/** The grant type of devices. */
export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
/** What a device registers as. */
export const device = { redirect_uris: [], grant_types: [deviceGrant, "refresh_token"] }
/** What turns devices on. */
export const options: Partial<OAuthProxyOptions> = {
  deviceAuthorization: true,
  limiter: { consume: async () => ({}) },
  clientAddress: () => "192.0.2.1",
}
export type Server = ReturnType<typeof createFixture>

interface DeviceResponse {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval: number
}

/** A device that waits. */
export async function start(server: Server, fields: Record<string, string> = {}) {
  const clientId = fields.client_id ?? (await server.registerPublic(device))
  const response = await server.post("/device_authorization", { client_id: clientId, ...fields })
  const body = (await response.json()) as DeviceResponse & { error?: string }
  return { clientId, status: response.status, response, ...body }
}
/** One request of a device for its tokens. */
export async function poll(
  server: Server,
  { clientId, device_code }: { clientId: string; device_code: string },
) {
  const form = { grant_type: deviceGrant, client_id: clientId, device_code }
  const response = await server.post("/token", form)
  return { status: response.status, body: (await response.json()) as TokenBody }
}
/** The consent page, after the person has entered the code. */
export async function enter(server: Server, userCode: string, browser = server.browser()) {
  const page = await browser.open(`${server.proxy.issuer}/device`)
  return { browser, page: await page.submit("Continue", { user_code: userCode }) }
}
/** Approves and signs in. */
export async function signIn(
  server: Server,
  consent: Page,
  browser = server.browser(),
  person = "alice",
) {
  const upstream = await consent.submit("approve")
  return browser.openFrom("https://login.test", server.callbackUrl(upstream, person))
}
/** All that the person does. */
export async function approve(server: Server, userCode: string, person = "alice") {
  const { browser, page } = await enter(server, userCode)
  return signIn(server, page, browser, person)
}
