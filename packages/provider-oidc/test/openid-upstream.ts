import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { headlessBrowser } from "@doorward/headless-browser"
import { exportJWK, generateKeyPair } from "jose"
import { Provider } from "oidc-provider"

export const redirectUri = "http://localhost:8000/auth/callback"
export const confidential = { clientId: "doorward", clientSecret: "a secret of the tests: +/%&" }
export const publicClientId = "doorward-public"
const apiAudience = "https://api.example"

/** A real OpenID provider on loopback, and a person who signs in through its pages. */
export interface OpenidUpstream extends AsyncDisposable {
  issuer: string
  /** Signs in as `account` (or declines) and returns where the provider sends the browser. */
  signIn(url: URL, account: string | "decline"): Promise<URL>
}

/** @param configuration replaces parts of the one that all tests share. */
export async function openidUpstream(
  configuration: Record<string, unknown> = {},
): Promise<OpenidUpstream> {
  const server = createServer()
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, { ...(await sharedConfiguration()), ...configuration })
  serve(server, provider)
  return {
    issuer,
    async signIn(url, account) {
      const browser = headlessBrowser({ stopAt: redirectUri })
      let page = await browser.open(url.href)
      while (!page.stopped) {
        if (page.status !== 200) throw new Error(`${page.status} at ${page.url}: ${page.text}`)
        page = await page.submit(account === "decline" ? "decline" : "continue", { account })
      }
      return page.url
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

/** The same without OpenID Connect: access tokens are for an API, and can be introspected if opaque. */
export async function apiUpstream(
  accessTokenFormat: "jwt" | "opaque" = "jwt",
): Promise<OpenidUpstream & { audience: string }> {
  const resourceIndicators = {
    enabled: true,
    defaultResource: () => apiAudience,
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: "tools.read tools.write",
      audience: apiAudience,
      accessTokenFormat,
    }),
  }
  const { features } = await sharedConfiguration()
  const upstream = await openidUpstream({
    scopes: [],
    features: {
      ...features,
      resourceIndicators,
      introspection: { enabled: true, allowedPolicy: () => true },
    },
  })
  return { ...upstream, audience: apiAudience }
}

async function sharedConfiguration() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true })
  const client = {
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  }
  return {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "1" }] },
    cookies: { keys: ["only for tests"] },
    clients: [
      {
        ...client,
        client_id: confidential.clientId,
        client_secret: confidential.clientSecret,
        token_endpoint_auth_method: "client_secret_basic",
      },
      { ...client, client_id: publicClientId, token_endpoint_auth_method: "none" },
    ],
    scopes: ["openid", "offline_access", "profile", "email", "tools.read", "tools.write"],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email"] },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
    },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `Name of ${id}`,
        email: `${id}@example.com`,
        preferred_username: id,
      }),
    }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 3600,
      IdToken: 3600,
      RefreshToken: 86_400,
      Grant: 86_400,
      Session: 3600,
      Interaction: 600,
    },
  }
}

function serve(server: Server, provider: Provider): void {
  const endpoints = provider.callback()
  server.on("request", (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return endpoints(request, response)
    interact(provider, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
}

const page = `<!doctype html><form method="post"><input name="account">
<button name="choice" value="continue">Continue</button>
<button name="choice" value="decline">Decline</button></form>`

async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html")
    response.end(page)
    return
  }
  const form = new URLSearchParams(await text(request))
  const result =
    form.get("choice") === "decline"
      ? { error: "access_denied", error_description: "raw text of the upstream" }
      : await advance(provider, request, response, form.get("account") ?? "")
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
}

async function advance(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  account: string,
): Promise<Record<string, unknown>> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === "login") return { login: { accountId: account } }
  const grant = new provider.Grant({
    accountId: session?.accountId ?? account,
    clientId: params.client_id,
  })
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details
  grant.addOIDCScope(missingOIDCScope.join(" "))
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.join(" "))
  }
  return { consent: { grantId: await grant.save() } }
}
