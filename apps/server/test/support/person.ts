import { type HeadlessBrowser, headlessBrowser, type Page } from "@doorward/headless-browser"

/** A person at a browser: opens an authorization URL, approves, signs in, agrees. */
export async function signInAs(
  username: string,
  authorizationUrl: URL | string,
  redirectUri: string,
): Promise<URL> {
  const browser: HeadlessBrowser = headlessBrowser({ stopAt: redirectUri })
  const consent = await browser.open(authorizationUrl)
  return (await throughEntra(await consent.submit("approve"), username)).url
}

/** From Entra's sign-in page to wherever the browser is sent then. */
export async function throughEntra(page: Page, username: string): Promise<Page> {
  const permissions = await page.submit({ name: "username", value: username })
  return permissions.stopped
    ? permissions
    : permissions.submit({ name: "decision", value: "accept" })
}
