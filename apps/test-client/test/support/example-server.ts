import { jwtVerifier } from "@doorward/jwt-verifier"
import { type ProtectMcpOptions, protectMcp } from "@doorward/mcp-server"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { calculatePKCECodeChallenge } from "oauth4webapi"

export const RESOURCE = "http://mcp.localhost:8000/mcp"
export const ISSUER = "http://auth.localhost:9000/tenant"

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }] }

/** Changes the response to a request that a path names. */
export type Twist = (response: Response, request: Request) => Response | Promise<Response>

export interface ExampleOptions {
  /** By `METHOD /path` of either host. */
  twists?: Record<string, Twist>
  protect?: Partial<
    Pick<ProtectMcpOptions, "policy" | "scopes" | "requireScopes" | "allowedOrigins">
  >
  metadata?: Record<string, unknown>
  /** Where the server's metadata is. Default: the first place that clients look. */
  metadataPath?: string
  /** Where the two hosts are reached. */
  mcpOrigin?: string
  authOrigin?: string
  /** The MCP server. Default: one with the tools `whoami`, `write` and `fail`. */
  createServer?: () => McpServer
}

export interface ExampleServer {
  fetch(request: Request): Promise<Response>
  /** `METHOD URL` of each request, in order. */
  requests: string[]
  /** The parameters of each authorization request. */
  authorizations: Record<string, string>[]
  /** The parameters of each token request. */
  tokenRequests: Record<string, string>[]
  registrations: unknown[]
}

interface Grant {
  clientId: string
  redirectUri: string
  challenge: string
  scope: string
  resource: string
}

/** An MCP server and its authorization server, which meet every requirement unless a twist says otherwise. */
export function exampleServer(options: ExampleOptions = {}): ExampleServer {
  const requests: string[] = []
  const authorizations: ExampleServer["authorizations"] = []
  const tokenRequests: ExampleServer["tokenRequests"] = []
  const registrations: unknown[] = []
  const codes = new Map<string, Grant>()
  const refreshTokens = new Map<string, Grant>()
  const { mcpOrigin = new URL(RESOURCE).origin, authOrigin = new URL(ISSUER).origin } = options
  const resource = `${mcpOrigin}/mcp`
  const issuer = `${authOrigin}/tenant`

  const auth = new Hono()
  auth.get(options.metadataPath ?? "/.well-known/oauth-authorization-server/tenant", (c) =>
    c.json({
      issuer,
      authorization_endpoint: `${authOrigin}/authorize`,
      token_endpoint: `${authOrigin}/token`,
      registration_endpoint: `${authOrigin}/register`,
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      scopes_supported: ["mcp.read", "mcp.write", "offline_access"],
      authorization_response_iss_parameter_supported: true,
      ...options.metadata,
    }),
  )
  auth.post("/register", async (c) => {
    const metadata = await c.req.json()
    registrations.push(metadata)
    return c.json({ client_id: `client-${registrations.length}`, ...metadata }, 201)
  })
  auth.get("/authorize", (c) => {
    const query = c.req.query()
    authorizations.push(query)
    const request = JSON.stringify(query).replaceAll('"', "&quot;")
    return c.html(`<title>Consent</title><form method="post" action="/consent">
      <input type="hidden" name="request" value="${request}">
      <button name="decision" value="deny">No</button>
      <button name="decision" value="approve">Yes</button></form>`)
  })
  auth.post("/consent", async (c) => {
    const form = await c.req.parseBody()
    const query = JSON.parse(String(form.request))
    const code = crypto.randomUUID()
    codes.set(code, {
      clientId: query.client_id,
      redirectUri: query.redirect_uri,
      challenge: query.code_challenge,
      scope: query.scope ?? "mcp.read",
      resource: query.resource,
    })
    const callback = new URL(query.redirect_uri)
    callback.search = new URLSearchParams({ code, state: query.state, iss: issuer }).toString()
    return c.redirect(callback.href, 303)
  })
  auth.post("/token", async (c) => {
    const form = Object.fromEntries(await c.req.raw.formData()) as Record<string, string>
    tokenRequests.push(form)
    const grant = await redeem(form)
    if (!grant) return c.json({ error: "invalid_grant", error_description: "no good" }, 400)
    const refreshToken = `refresh-${crypto.randomUUID()}`
    refreshTokens.set(refreshToken, grant)
    const body = {
      access_token: await signToken(grant, issuer),
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: refreshToken,
      scope: grant.scope,
    }
    return c.json(body, 200, { "cache-control": "no-store" })
  })

  async function redeem(form: Record<string, string>): Promise<Grant | undefined> {
    if (form.grant_type === "refresh_token") return refreshTokens.get(form.refresh_token ?? "")
    const grant = codes.get(form.code ?? "")
    codes.delete(form.code ?? "")
    const isRight =
      grant?.clientId === form.client_id &&
      grant?.redirectUri === form.redirect_uri &&
      grant?.challenge === (await calculatePKCECodeChallenge(form.code_verifier ?? "-"))
    return isRight ? grant : undefined
  }

  const mcp = new Hono()
  protectMcp(mcp, {
    path: "/mcp",
    resource,
    authorizationServers: [issuer],
    verifier: jwtVerifier({ issuer, audience: resource, jwks }),
    scopes: ["mcp.read"],
    serve: createMcpHandler(options.createServer ?? createServer).fetch,
    ...options.protect,
  })

  return {
    requests,
    authorizations,
    tokenRequests,
    registrations,
    async fetch(request) {
      const { origin, pathname } = new URL(request.url)
      requests.push(`${request.method} ${request.url}`)
      const copy = request.clone()
      const app = origin === authOrigin ? auth : mcp
      const response = await app.fetch(request)
      const twist = options.twists?.[`${request.method} ${pathname}`]
      return twist ? twist(response, copy) : response
    },
  }
}

function createServer(): McpServer {
  const server = new McpServer({ name: "example", version: "1.0.0" })
  server.registerTool("whoami", {}, ({ http }) => text(`client ${http?.authInfo?.clientId}`))
  server.registerTool("write", {}, () => text("written"))
  server.registerTool("fail", {}, () => {
    throw new Error("the disk is full")
  })
  return server
}

export function text(value: string) {
  return { content: [{ type: "text" as const, text: value }] }
}

function signToken({ clientId, scope, resource }: Grant, issuer: string): Promise<string> {
  return new SignJWT({ client_id: clientId, scope })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "k1" })
    .setIssuer(issuer)
    .setAudience(resource)
    .setSubject("alice")
    .setIssuedAt()
    .setExpirationTime("1h")
    .setJti(crypto.randomUUID())
    .sign(privateKey)
}

/** Changes the JSON of a response. */
export function json(change: (body: Record<string, unknown>) => void): Twist {
  return async (response) => {
    const body = await response.json()
    change(body)
    return Response.json(body, response)
  }
}

/** Changes the callback that a response redirects to. */
export function callback(change: (parameters: URLSearchParams) => void): Twist {
  return (response) => {
    const url = new URL(response.headers.get("location") ?? "")
    change(url.searchParams)
    return new Response(null, { status: 303, headers: { location: url.href } })
  }
}

/** Changes the headers of a response. */
export function headers(change: Record<string, string | undefined>): Twist {
  return (response) => {
    const changed = new Response(response.body, response)
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) changed.headers.delete(name)
      else changed.headers.set(name, value)
    }
    return changed
  }
}

export function status(code: number): Twist {
  return (response) => new Response(response.body, { status: code, headers: response.headers })
}
