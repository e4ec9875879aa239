import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

test.each([
  "cursor://anysphere.cursor-deeplink/mcp/oauth",
  "claude://oauth/callback",
  "vscode://publisher.extension/callback",
  "com.example.app:/callback",
  "http://127.0.0.1:33418/callback",
])("a browser that follows a form to %s is not stopped by the page's policy", async (uri) => {
  const server = createFixture()
  const clientId = await server.registerPublic({ redirect_uris: [uri] })
  const request = server.authorizationUrl(clientId, { redirect_uri: uri })

  const page = await server.browser().open(request)
  expect(page.headers.get("content-security-policy")).not.toContain("form-action")
  if (uri.startsWith("http:")) return
  const denied = await page.submit("deny")
  expect(denied.stopped).toBe(true)
  expect(denied.url.href.startsWith(`${uri}?error=access_denied`)).toBe(true)

  const browser = server.browser()
  const upstream = await (await browser.open(request)).submit("approve")
  const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  expect(back.url.href.startsWith(`${uri}?code=`)).toBe(true)
})
