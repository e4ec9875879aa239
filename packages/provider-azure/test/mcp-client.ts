import { createHash } from "node:crypto"
import { headlessBrowser } from "@doorward/headless-browser"
import { memoryStore, type OAuthProxy, oauthProxy, type ServerEvent } from "@doorward/oauth-core"
import type { AzureProviderOptions } from "../src/index.ts"
import type { Entra } from "./entra.ts"

export const baseUrl = "http://localhost:8000"
const redirectUri = "http://127.0.0.1:7777/callback"
const verifier = "v".repeat(43)
const challenge = createHash("sha256").update(verifier).digest("base64url")

/** An MCP client that goes through the proxy and Entra ID, with everything in this process. */
export async function mcpClient(world: Entra, options: Partial<AzureProviderOptions> = {}) {
  const events: ServerEvent[] = []
  const proxy: OAuthProxy = oauthProxy({
    baseUrl,
    provider: world.provider({ scopes: ["access_as_user"], ...options }),
    store: memoryStore({ now: () => world.clock.now }),
    secret: Buffer.alloc(32, 1).toString("base64url"),
    now: () => world.clock.now,
    onEvent: (event) => events.push(event),
  })
  const registered = await proxy.app.request(`${baseUrl}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: "none" }),
  })
  const clientId = String((await registered.json()).client_id)
  const browser = headlessBrowser({
    fetch: async (request) =>
      new URL(request.url).origin === baseUrl
        ? proxy.app.request(request)
        : world.emulator.fetch(request),
    stopAt: redirectUri,
    now: () => world.clock.now,
  })

  const token = async (form: Record<string, string>): Promise<Response> =>
    proxy.app.request(`${baseUrl}/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...form, client_id: clientId }).toString(),
    })

  return {
    clientId,
    proxy,
    events,
    reasons: () => events.flatMap((event) => (event.type === "request.refused" ? [event] : [])),
    /** From /authorize to the client's answer: the URLs that the browser visited. */
    async authorize(parameters: Record<string, string> = {}, username = "bob@contoso.example") {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        state: "state",
        code_challenge: challenge,
        code_challenge_method: "S256",
        ...parameters,
      })
      let page = await browser.open(`${baseUrl}/authorize?${query}`)
      const visited = page.hops.map(({ url }) => url)
      while (!page.stopped) {
        const [form] = page.forms
        if (!form) throw new Error(`${page.status}: ${page.text}`)
        const names = page.forms.flatMap(({ fields }) => fields.map(({ name }) => name))
        page = names.includes("username")
          ? await page.submit("Next", { username })
          : await page.submit(page.url.origin === baseUrl ? "approve" : "accept")
        visited.push(...page.hops.map(({ url }) => url))
      }
      return { answer: page.url.searchParams, visited }
    },
    async redeem(code: string | null) {
      const response = await token({
        grant_type: "authorization_code",
        code: code ?? "",
        redirect_uri: redirectUri,
        code_verifier: verifier,
      })
      return response.json()
    },
    refresh: (refreshToken: string) =>
      token({ grant_type: "refresh_token", refresh_token: refreshToken }),
  }
}
