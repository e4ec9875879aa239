import { type ChildProcess, fork } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { headlessBrowser } from "@doorward/headless-browser"
import type { OAuthProxyOptions } from "@doorward/oauth-core"

/** What all instances are configured with. */
export interface Shared {
  storeUrl: string
  baseUrl: string
  secret: string
  resourceServer: { id: string; secret: string; resource: string }
  options: InstanceOptions
}

/** Options of the proxy that JSON can carry. */
export type InstanceOptions = Pick<
  OAuthProxyOptions,
  "clients" | "deviceAuthorization" | "dpop" | "identityAssertionIssuers"
>

/** What an instance is told. */
export interface Command {
  /** Moves its clock, in milliseconds. */
  advance?: number
  /** Whether its upstream never answers. */
  hang?: boolean
}

/** What an instance tells. */
export type Report =
  | { type: "listening"; port: number }
  | { type: "upstream refresh" }
  | { type: "done" }

interface Instance {
  child: ChildProcess
  url: string
}

/** What the token endpoint says: tokens, or an error. */
interface TokenBody {
  access_token: string
  refresh_token: string
  error?: string
}

export interface Answer {
  status: number
  body: TokenBody
}

/** Proofs of a key that a client sends with a request, by header. */
type Headers = Record<string, string>

const script = fileURLToPath(new URL("./instance.ts", import.meta.url))
export const baseUrl = "https://mcp.example.com"
const redirectUri = "https://client.example.com/callback"
const verifier = "v".repeat(43)
const challenge = createHash("sha256").update(verifier).digest("base64url")
const randomSecret = () => randomBytes(32).toString("base64url")

/**
 * Several processes that serve as one server over one store. Requests go to them in turn, as behind a
 * load balancer.
 */
export async function startInstances(
  storeUrl: string,
  count: number,
  options: InstanceOptions = {},
) {
  const shared: Shared = {
    storeUrl,
    baseUrl,
    secret: randomSecret(),
    resourceServer: { id: "mcp", secret: randomSecret(), resource: `${baseUrl}/mcp` },
    options,
  }
  const instances: Instance[] = []
  let upstreamRefreshes = 0
  let turn = 0

  async function start(): Promise<Instance> {
    const child = fork(script, [JSON.stringify(shared)], { execArgv: [] })
    const { promise, resolve, reject } = Promise.withResolvers<Instance>()
    child.on("message", (report: Report) => {
      if (report.type === "upstream refresh") upstreamRefreshes++
      if (report.type === "listening") resolve({ child, url: `http://127.0.0.1:${report.port}` })
    })
    child.once("exit", (code, signal) => reject(new Error(`instance ended: ${signal ?? code}`)))
    return promise
  }

  const send = (path: string, init: RequestInit): Promise<Response> => {
    const instance = instances[turn++ % instances.length]
    return fetch(`${instance?.url}${path}`, { redirect: "manual", ...init })
  }
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, { method: "POST", headers, body: new URLSearchParams(form) })
  const token = async (form: Record<string, string>, headers: Headers = {}): Promise<Answer> => {
    const response = await post("/token", form, headers)
    return { status: response.status, body: (await response.json()) as TokenBody }
  }

  const browserOf = () =>
    headlessBrowser({
      async fetch(request) {
        const { host, pathname, search } = new URL(request.url)
        if (host === "login.test") return new Response("the upstream's page")
        const body = request.method === "POST" ? await request.text() : null
        return send(pathname + search, { method: request.method, headers: request.headers, body })
      },
      stopAt: redirectUri,
    })

  /** Tells an instance something, and waits until it has answered. */
  async function tell({ child }: Instance, command: Command) {
    const heard = new Promise<void>((resolve) => {
      const listen = (report: Report) => {
        if (report.type !== "done") return
        child.off("message", listen)
        resolve()
      }
      child.on("message", listen)
    })
    child.send(command)
    await heard
  }

  instances.push(...(await Promise.all(Array.from({ length: count }, start))))
  return {
    upstreamRefreshes: () => upstreamRefreshes,
    token,
    dpopNonce: async () => (await post("/token", {})).headers.get("dpop-nonce") ?? "",
    /** A device that waits, and what it polls with. */
    async startDevice(
      clientId: string,
    ): Promise<{ userCode: string; form: Record<string, string> }> {
      const response = await post("/device_authorization", { client_id: clientId })
      const waiting = (await response.json()) as { device_code: string; user_code: string }
      const grant_type = "urn:ietf:params:oauth:grant-type:device_code"
      const form = { grant_type, client_id: clientId, device_code: waiting.device_code }
      return { userCode: waiting.user_code, form }
    },
    /** A person enters the code, approves and signs in. */
    async approveDevice(userCode: string): Promise<void> {
      const browser = browserOf()
      const page = await browser.open(`${baseUrl}/device?user_code=${userCode}`)
      const upstream = await (await page.submit("Continue")).submit("approve")
      const state = upstream.url.searchParams.get("state") ?? ""
      await browser.openFrom(
        "https://login.test",
        `${baseUrl}/auth/callback?${new URLSearchParams({ code: "alice", state })}`,
      )
    },
    tellAll: async (command: Command) => {
      await Promise.all(instances.map((instance) => tell(instance, command)))
    },
    /** Ends one instance without warning; the others go on. */
    async kill() {
      const instance = instances.shift()
      if (!instance) throw new Error("no instance is left")
      instance.child.kill("SIGKILL")
      await once(instance.child, "exit")
    },
    /** Sends to one instance only, the one that `kill` would end. */
    async refreshAtFirst(clientId: string, refreshToken: string): Promise<void> {
      const form = { grant_type: "refresh_token", client_id: clientId, refresh_token: refreshToken }
      await fetch(`${instances[0]?.url}/token`, { method: "POST", body: new URLSearchParams(form) })
    },

    async register(): Promise<string> {
      const response = await send("/register", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: "none" }),
      })
      return ((await response.json()) as { client_id: string }).client_id
    },

    /** A person approves and signs in; the code that the client gets. */
    async authorize(clientId: string): Promise<string> {
      const browser = browserOf()
      const query = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        code_challenge: challenge,
        code_challenge_method: "S256",
      })
      const consent = await browser.open(`${baseUrl}/authorize?${query}`)
      const upstream = await consent.submit("approve")
      const state = upstream.url.searchParams.get("state") ?? ""
      const back = await browser.openFrom(
        "https://login.test",
        `${baseUrl}/auth/callback?${new URLSearchParams({ code: "alice", state })}`,
      )
      return back.url.searchParams.get("code") ?? ""
    },

    redeem: (clientId: string, code: string) =>
      token({
        grant_type: "authorization_code",
        client_id: clientId,
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    refresh: (clientId: string, refreshToken: string) =>
      token({ grant_type: "refresh_token", client_id: clientId, refresh_token: refreshToken }),

    async isActive(accessToken: string): Promise<boolean> {
      const { id, secret } = shared.resourceServer
      const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`
      const response = await post("/introspect", { token: accessToken }, { authorization })
      return ((await response.json()) as { active: boolean }).active
    },

    async close() {
      await Promise.all(
        instances.map(async ({ child }) => {
          const exited = once(child, "exit")
          child.kill("SIGKILL")
          await exited
        }),
      )
    },
  }
}
