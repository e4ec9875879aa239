import { expect, test } from "vitest"
import { baseUrl, createFixture } from "../support/fixture.ts"

/** Posts a valid consent form with these headers. */
async function postConsent(headers: Record<string, string>) {
  const server = createFixture()
  const browser = server.browser()
  const page = await browser.open(server.authorizationUrl(await server.registerPublic()))
  const cookie = browser
    .cookies(baseUrl)
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ")
  const request = page.forms[0]?.fields[0]?.value ?? ""
  const response = await server.post(
    "/consent",
    { request, decision: "approve" },
    { cookie, accept: "text/html", ...headers },
  )
  return response.status
}

test.each([
  [
    "a current browser, because our page sends no referrer",
    { origin: "null", "sec-fetch-site": "same-origin" },
  ],
  ["a browser that sends the origin anyway", { origin: baseUrl, "sec-fetch-site": "same-origin" }],
  ["an old browser without fetch metadata", { origin: baseUrl }],
])("%s is accepted", async (_, headers) => {
  expect(await postConsent(headers)).toBe(303)
})

test.each([
  ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
  ["another site without an origin", { origin: "null", "sec-fetch-site": "cross-site" }],
  ["a sibling host", { origin: "https://evil.mcp.example.com", "sec-fetch-site": "same-site" }],
  ["a site that claims our origin", { origin: baseUrl, "sec-fetch-site": "cross-site" }],
  ["another port", { origin: "https://mcp.example.com:8443", "sec-fetch-site": "same-site" }],
  ["an old browser that hides the origin", { origin: "null" }],
  ["a program that is not a browser", {}],
])("%s is refused", async (_, headers) => {
  expect(await postConsent(headers)).toBe(403)
})
