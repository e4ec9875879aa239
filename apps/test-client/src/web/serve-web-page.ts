import { once } from "node:events"
import { createAdaptorServer } from "@hono/node-server"
import { createRuns } from "./runs.ts"
import { webApp } from "./web-app.ts"

export interface WebPageOptions {
  /** The MCP server that is already in the form. */
  url?: string
  /** 0 takes a free port. */
  port: number
  /** How long each request of a flow may take, in milliseconds; a sign-in may take ten times as long. */
  timeout: number
}

export interface WebPage {
  url: string
  close(): Promise<void>
}

/** Serves the test client as a web page on loopback. */
export async function serveWebPage({ url, port, timeout }: WebPageOptions): Promise<WebPage> {
  let app: ReturnType<typeof webApp> | undefined
  const server = createAdaptorServer({
    fetch: (request) => app?.fetch(request) ?? new Response(null, { status: 503 }),
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`
  app = webApp(createRuns(`${origin}/callback`, timeout * 10), origin, url)
  return {
    url: `${origin}/`,
    async close() {
      server.close()
      if ("closeAllConnections" in server) server.closeAllConnections()
    },
  }
}
