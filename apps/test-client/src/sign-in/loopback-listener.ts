import { once } from "node:events"
import { createServer } from "node:http"

export interface LoopbackListener {
  /** Where it listens, with the port that it got. */
  redirectUri: string
  /** The first request to the redirect URI. @param timeout milliseconds. */
  callback(timeout: number): Promise<URL>
  close(): Promise<void>
}

/**
 * Listens for the callback of a native client (RFC 8252 §7.3).
 *
 * @param redirectUri a loopback URL; port 0, or none, takes a free one.
 */
export async function listenForCallback(redirectUri: string): Promise<LoopbackListener> {
  const uri = new URL(redirectUri)
  const { promise, resolve } = Promise.withResolvers<URL>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", uri)
    if (url.pathname !== uri.pathname) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'",
      "cache-control": "no-store",
      connection: "close",
    })
    response.end("<!doctype html><title>Done</title><p>Signed in. You can close this page.</p>")
    resolve(url)
  })
  const host = uri.hostname.replace(/^\[|\]$/g, "")
  server.listen(Number(uri.port), host)
  await once(server, "listening")
  const address = server.address()
  if (typeof address === "object" && address) uri.port = String(address.port)
  return {
    redirectUri: uri.href,
    async callback(timeout) {
      const timer = AbortSignal.timeout(timeout)
      const late = once(timer, "abort").then(() => {
        throw new Error(`nobody signed in within ${Math.round(timeout / 1000)} seconds`)
      })
      return Promise.race([promise, late])
    },
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
