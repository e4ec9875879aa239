import type { Backend } from "@doorward/mcp-gateway"
import type { Store } from "@doorward/oauth-core"
import type { Hono } from "hono"

/** What the server needs to be ready. */
export interface Needs {
  store: Store
  /** The backends that must answer too. */
  backends: readonly Backend[]
  /** The path of the server, without a slash at its end. */
  basePath: string
}

/** How long a backend may take to answer a probe, in milliseconds. */
const longest = 2000

/**
 * `/healthz` says that the process answers, `/readyz` that its store does too, and the backends that must.
 * Both are below the path of the server.
 */
export function addHealthRoutes(app: Hono, { store, backends, basePath }: Needs): void {
  const look = oneAtATime(() => whatIsMissing(store, backends))
  app.get(`${basePath}/healthz`, (c) => c.json({ status: "ok" }))
  app.get(`${basePath}/readyz`, async (c) => {
    const missing = await look()
    return missing === undefined
      ? c.json({ status: "ready" })
      : c.json({ status: `${missing} unavailable` }, 503, { "Retry-After": "5" })
  })
}

async function whatIsMissing(
  store: Store,
  backends: readonly Backend[],
): Promise<string | undefined> {
  try {
    await store.ping()
  } catch {
    return "store"
  }
  const signal = AbortSignal.timeout(longest)
  const answers = await Promise.allSettled(backends.map((backend) => backend.ping(signal)))
  return answers.some(({ status }) => status === "rejected") ? "backend" : undefined
}

/** Shares one answer among all who ask while it is on its way: anybody can ask. */
function oneAtATime<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | undefined
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
}
