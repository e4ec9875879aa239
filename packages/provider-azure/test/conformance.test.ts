import { createEntraEmulator, defaultApp, defaultTenant } from "@doorward/entra-emulator"
import { headlessBrowser } from "@doorward/headless-browser"
import { identityProviderConformance } from "@doorward/oauth-core/testing"
import { describe, it } from "vitest"
import { azureProvider } from "../src/index.ts"

const modes = {
  "API mode": {
    scopes: ["access_as_user", "tools.write", "email"],
    additionalScopes: ["User.Read"],
    otherScopes: ["User.Read"],
  },
  "sign-in mode": {
    additionalScopes: [],
    scopes: ["User.Read", "Mail.Read", "email", "openid"],
    otherScopes: ["https://graph.microsoft.com/.default"],
  },
  "mixed mode": {
    additionalScopes: [],
    scopes: ["access_as_user", "User.Read"],
    otherScopes: ["User.Read"],
  },
}
const people = { first: "bob@contoso.example", second: "alice@contoso.example" }

describe.each(Object.entries(modes))("azureProvider in %s", (mode, { otherScopes, ...scopes }) => {
  const emulator = createEntraEmulator()
  const checks = identityProviderConformance({
    open: (world) =>
      azureProvider({
        tenantId: defaultTenant.id,
        clientId: defaultApp.clientId,
        clientSecret: defaultApp.clientSecret,
        ...scopes,
        ...world,
      }),
    fetch: (url, init) => emulator.fetch(new Request(url, init)),
    redirectUri: defaultApp.redirectUri,
    async signIn(url, person, decision) {
      const browser = headlessBrowser({
        fetch: (request) => emulator.fetch(request),
        stopAt: defaultApp.redirectUri,
      })
      let page = await browser.open(url.href)
      page = await page.submit(
        decision === "agree" ? { name: "username", value: people[person] } : "cancel",
      )
      while (!page.stopped) page = await page.submit("accept")
      return page.url
    },
    identityFrom: mode === "sign-in mode" ? "id_token" : "access_token",
    otherScopes,
    revokes: false,
  })
  it.each(checks)("$name", ({ run }) => run())
})
