import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { jwtVerifier } from "@doorward/jwt-verifier"
import {
  type GuardOptions,
  mcpGuard,
  type ResourceOptions,
  type ServeMcp,
} from "@doorward/mcp-server"
import type { GrantedToken, Identity, UpstreamToken } from "@doorward/oauth-core"
import { identifying } from "@doorward/test-support/policy-cases"
import { serve as listen } from "@hono/node-server"
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose"
import { onTestFinished } from "vitest"

const ISSUER = "https://auth.example"
const RESOURCE = "https://mcp.example/mcp"

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256", use: "sig" }] }

/** A token for the guarded resource. */
export function signToken(claims: JWTPayload = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    iss: ISSUER,
    sub: "alice",
    aud: RESOURCE,
    client_id: "client-1",
    scope: "mcp.read mcp.write",
    iat: now,
    exp: now + 3600,
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "k1" })
    .sign(privateKey)
}

export interface GuardedOptions extends Pick<GuardOptions, "policy"> {
  identity?: Partial<Identity>
  upstreamToken?: (scopes: readonly string[]) => Promise<UpstreamToken>
  /** Whether grants are still active. Default: without a proxy, they are. */
  isActive?: () => Promise<boolean>
}

export interface Guarded {
  url: string
  /** Sends a request with a token that has these claims. */
  send(init?: RequestInit, claims?: JWTPayload): Promise<Response>
  /** Posts a message, or a text as it is. */
  post(
    body: unknown,
    init?: { headers?: Record<string, string>; claims?: JWTPayload },
  ): Promise<Response>
}

/** A real server whose guard verifies real tokens, and hands requests to `serve`. It ends with the test. */
export async function guarded(serve: ServeMcp, options: GuardedOptions = {}): Promise<Guarded> {
  const guard = mcpGuard({
    ...resource(options),
    serve,
    ...(options.policy && { policy: options.policy }),
  })
  const server = listen({
    fetch: (request) => guard.fetch(request),
    port: 0,
    hostname: "127.0.0.1",
  })
  if (!server.listening) await once(server, "listening")
  onTestFinished(() => {
    server.close()
    if ("closeAllConnections" in server) server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`

  async function send(init: RequestInit = {}, claims: JWTPayload = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set("authorization", `Bearer ${await signToken(claims)}`)
    return fetch(url, { ...init, headers })
  }
  return {
    url,
    send,
    post(body, { headers, claims } = {}) {
      const text = typeof body === "string" ? body : JSON.stringify(body)
      const accept = "application/json, text/event-stream"
      return send(
        {
          method: "POST",
          body: text,
          headers: { "content-type": "application/json", accept, ...headers },
        },
        claims,
      )
    },
  }
}

/** What `oauthProxy` returns, as far as a guard sees it: real tokens, a fixed identity. */
function resource({ identity, upstreamToken, isActive }: GuardedOptions): ResourceOptions {
  const verifier = identifying(jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks }))
  if (!identity && !upstreamToken && !isActive) {
    return { resource: RESOURCE, verifier, authorizationServers: [ISSUER] }
  }
  return {
    proxy: {
      issuer: ISSUER,
      resources: [{ resource: RESOURCE, name: "Example", scopes: ["mcp.read"] }],
      tokenVerifier: () => ({
        async verify(token): Promise<GrantedToken> {
          const verified = await verifier.verify(token)
          const { subject } = verified
          const signedIn = {
            issuer: "https://login.example",
            subject,
            roles: [],
            groups: [],
            claims: {},
            ...identity,
          }
          return {
            ...verified,
            clientId: verified.clientId ?? "",
            identity: signedIn,
            principal: { type: "person", identity: signedIn },
            upstreamToken: upstreamToken ?? (() => Promise.reject(new Error("no upstream token"))),
            requireScopes: async () => {},
            requireClaims: async () => {},
            isActive: isActive ?? (async () => true),
          }
        },
      }),
    },
  }
}

export function toolCall(name: string, args: object = {}, id: number | string = 1): object {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } }
}
