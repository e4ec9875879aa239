import {
  createEntraEmulator,
  type EntraEmulator,
  type EntraEmulatorOptions,
} from "@doorward/entra-emulator"
import { freePort } from "@doorward/test-support/free-port"
import { serve } from "@hono/node-server"

export interface ServedEmulator {
  emulator: EntraEmulator
  url: string
  /** How many refresh tokens were sent to its token endpoint. */
  refreshes(): number
  close(): Promise<void>
}

/** The emulator on a port of its own. */
export async function serveEmulator(options: EntraEmulatorOptions = {}): Promise<ServedEmulator> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const emulator = createEntraEmulator({ baseUrl: url, ...options })
  let refreshes = 0

  async function fetch(request: Request): Promise<Response> {
    if (request.method === "POST" && request.url.endsWith("/token")) {
      const form = new URLSearchParams(await request.clone().text())
      if (form.get("grant_type") === "refresh_token") refreshes++
    }
    return emulator.fetch(request)
  }
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch, hostname: "localhost", port }, () => resolve(started))
  })
  return {
    emulator,
    url,
    refreshes: () => refreshes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ("closeAllConnections" in server) server.closeAllConnections()
      }),
  }
}
