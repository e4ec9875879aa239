import { readOptions } from "@doorward/boundary"
import { type FlowOptions, flowOptionsSchema } from "./flow-options.ts"
import { createSecrets } from "./http/secrets.ts"
import type { Bearer } from "./mcp/connection.ts"
import { chooseScope, unionScope } from "./protocol/scope.ts"
import { type Run, runStep, type StepResult } from "./step.ts"
import { callTool } from "./steps/call-tool.ts"
import { callWithoutToken } from "./steps/call-without-token.ts"
import { checkCallback } from "./steps/check-callback.ts"
import { discoverResource } from "./steps/discover-resource.ts"
import { discoverServer } from "./steps/discover-server.ts"
import { listTools } from "./steps/list-tools.ts"
import { redeemCode } from "./steps/redeem-code.ts"
import { refreshTokens } from "./steps/refresh-tokens.ts"
import { registerClient } from "./steps/register-client.ts"
import { requestAuthorization } from "./steps/request-authorization.ts"
import { tryRefusals } from "./steps/try-refusals.ts"

/** What `runFlow` found. */
export interface FlowResult {
  /** The address of the MCP server. */
  url: string
  /** No step failed. */
  ok: boolean
  /** Every step that was tried, in order. */
  steps: readonly StepResult[]
  /** How long all of it took. */
  milliseconds: number
}

/** A step failed that the rest needs. */
class Ended extends Error {}

const MAX_STEP_UPS = 2

/**
 * Runs the whole sign-in against an MCP server, as its clients do, and checks what it owes them.
 *
 * A step that could not be done ends the flow; a broken requirement that a client can live with does
 * not. Whatever the server does, the promise resolves: what went wrong is in the result.
 *
 * @throws {ConfigurationError} naming every option that is wrong or unknown.
 *
 * @example
 * const result = await runFlow({
 *   url: "http://localhost:8000/mcp",
 *   signIn: headlessSignIn({ user: "alice@contoso.example" }),
 * })
 */
export async function runFlow(given: FlowOptions): Promise<FlowResult> {
  const options = readOptions("runFlow", flowOptionsSchema, given)
  const { signIn, onEvent, era, timeoutMilliseconds: timeout } = options
  const url = new URL(options.url)
  const started = performance.now()
  const steps: StepResult[] = []
  const deps = { fetch: options.fetch ?? fetch, secrets: createSecrets(), timeout }

  async function attempt<T>(id: string, title: string, work: (run: Run) => Promise<T>) {
    const step = { number: steps.length + 1, id, title }
    onEvent?.({ type: "step-started", ...step })
    const done = await runStep(step, work, deps)
    steps.push(done.result)
    onEvent?.({ type: "step-finished", step: done.result })
    return done
  }

  /** A step that the rest can do without. */
  async function optional<T>(id: string, title: string, work: (run: Run) => Promise<T>) {
    const done = await attempt(id, title, work)
    return "value" in done ? done.value : undefined
  }

  /** A step that the rest needs. @throws {Ended} */
  async function needed<T>(id: string, title: string, work: (run: Run) => Promise<T>): Promise<T> {
    const done = await attempt(id, title, work)
    if (!("value" in done)) throw new Ended()
    return done.value
  }

  async function walk(): Promise<void> {
    const challenge = await needed("call", "Call without a token", (run) =>
      callWithoutToken(run, url),
    )
    const { metadata, issuer } = await needed("resource", "Protected resource metadata", (run) =>
      discoverResource(run, url, challenge),
    )
    const server = await needed("server", "Authorization server metadata", (run) =>
      discoverServer(run, issuer),
    )
    const client = await needed("register", "Client registration", (run) =>
      registerClient(run, server, signIn.redirectUri, options),
    )

    async function authorize(scope: string | undefined) {
      const { redirectUri } = signIn
      const { resource } = metadata
      const request = await needed("authorize", "Authorization request", (run) =>
        requestAuthorization(run, server, client, { redirectUri, scope, resource }),
      )
      const callback = await needed("sign-in", "Sign-in", (run) =>
        signIn.visit(request.url, run.fetch),
      )
      const parameters = await needed("callback", "Callback", (run) =>
        checkCallback(run, callback, server, request),
      )
      return needed("token", "Token request", (run) =>
        redeemCode(run, parameters, server, client, request),
      )
    }

    let scope = chooseScope({
      wanted: options.scope,
      challenge: challenge?.parameters.scope,
      resource: metadata.scopes_supported,
      server: server.scopes_supported,
    })
    let tokens = await authorize(scope)
    const bearer: Bearer = { token: tokens.accessToken, fetch: deps.fetch }
    const connected = await needed("tools", "List tools", (run) => listTools(run, url, era, bearer))
    try {
      for (let stepUps = 0; ; stepUps++) {
        const call = await optional("tool", "Call a tool", (run) =>
          callTool(run, connected, bearer, options.tool, stepUps < MAX_STEP_UPS),
        )
        if (!call || "called" in call) break
        scope = unionScope(scope, tokens.scope, call.neededScope)
        tokens = await authorize(scope)
        bearer.token = tokens.accessToken
      }
      await optional("refusals", "What the server must refuse", (run) =>
        tryRefusals(run, url, tokens.accessToken),
      )
      const fresh = await optional("refresh", "Refresh", (run) =>
        refreshTokens(run, tokens, server, client, metadata.resource),
      )
      if (!fresh) return
      bearer.token = fresh.accessToken
      await optional("tool-again", "Call with the new token", (run) =>
        callTool(run, connected, bearer, options.tool, false),
      )
    } finally {
      bearer.fetch = deps.fetch
      await connected.connection.close().catch(() => undefined)
    }
  }

  try {
    await walk()
  } catch (error) {
    if (!(error instanceof Ended)) throw error
  } finally {
    await signIn.close()
  }
  return {
    url: url.href,
    ok: steps.every(({ outcome }) => outcome !== "failed"),
    steps,
    milliseconds: Math.round(performance.now() - started),
  }
}
