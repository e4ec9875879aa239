import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import {
  memoryStore,
  type OAuthProxyOptions,
  oauthProxy,
  type ServerEvent,
} from "../../src/index.ts"
import { challengeOf, secret, verifier } from "../support/fixture.ts"
import { scriptedProvider } from "../support/scripted-provider.ts"

/**
 * Everything that a real browser visits, each on its own port: the server on `localhost`, and the
 * upstream, a web client and a hostile site on `127.0.0.1`, which is a different site to a browser.
 */
export async function createStage(options: Partial<OAuthProxyOptions> = {}) {
  const servers: Server[] = []
  const listen = async (
    host: string,
    answer: (request: Request) => Response | Promise<Response>,
  ) => {
    const server = createServer(getRequestListener(answer))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, host, resolve))
    return `http://${host}:${(server.address() as AddressInfo).port}`
  }
  const page = (body: string) =>
    new Response(`<!doctype html>${body}`, { headers: { "content-type": "text/html" } })

  let serve: (request: Request) => Response | Promise<Response> = () => page("starting")
  const baseUrl = await listen("localhost", (request) => serve(request))
  const upstreamUrl = await listen("127.0.0.1", (request) => {
    const state = new URL(request.url).searchParams.get("state") ?? ""
    const link = (name: string) =>
      `${baseUrl}/auth/callback?${new URLSearchParams({ code: name, state })}`
    return page(
      `<h1>Upstream</h1><a href="${link("alice")}">alice</a> <a href="${link("bob")}">bob</a>`,
    )
  })
  const clientUrl = await listen("127.0.0.1", () => page("<h1>Client</h1>"))
  let hostilePage = ""
  const hostileUrl = await listen("127.0.0.1", () => page(hostilePage))

  const upstream = scriptedProvider(Date.now)
  upstream.authorizationUrl = async (request) => {
    upstream.authorizations.push(request)
    return new URL(`${upstreamUrl}/authorize?state=${request.state}`)
  }
  const events: ServerEvent[] = []
  const redirectUri = `${clientUrl}/callback`
  const proxy = oauthProxy({
    baseUrl,
    provider: upstream,
    store: memoryStore(),
    secret,
    onEvent: (event) => events.push(event),
    ...options,
    clients: [
      { clientId: "web", clientName: "Web client", redirectUris: [redirectUri] },
      ...(options.clients ?? []),
    ],
  })
  serve = proxy.app.fetch

  return {
    baseUrl,
    clientUrl,
    hostileUrl,
    upstreamUrl,
    redirectUri,
    upstream,
    events,
    proxy,
    setHostilePage(body: string) {
      hostilePage = body
    },
    async register(metadata: Record<string, unknown>): Promise<string> {
      const response = await proxy.app.request(`${baseUrl}/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token_endpoint_auth_method: "none", ...metadata }),
      })
      const { client_id } = (await response.json()) as { client_id: string }
      return client_id
    },
    authorizationUrl(clientId: string, more: Record<string, string> = {}): string {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        code_challenge: challengeOf(verifier),
        code_challenge_method: "S256",
        state: "client-state",
        ...more,
      })
      return `${baseUrl}/authorize?${query}`
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}
