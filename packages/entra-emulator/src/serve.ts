import { generateKeyPairSync } from "node:crypto"
import { createServer as createHttpsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { createAdaptorServer } from "@hono/node-server"
import { createEntraEmulator, type EntraEmulator } from "./emulator.ts"
import { selfSignedCertificate } from "./keys/certificate.ts"
import type { EntraEmulatorOptions } from "./state/options.ts"

export interface ServeOptions {
  /** A loopback host. Default: `localhost`. */
  host?: string
  /** Default: 0, a free one. */
  port?: number
  /** Serve over https, with a self-signed certificate made for it, as MSAL demands. Default: false. */
  https?: boolean
  /** `baseUrl` is the listen URL unless it is given here. */
  emulator?: EntraEmulatorOptions
}

export interface ServedEmulator {
  emulator: EntraEmulator
  /** Where it listens, such as `http://localhost:9400`. */
  origin: string
  /** In PEM, for `NODE_EXTRA_CA_CERTS`; only over https. */
  certificate?: string
  close(): Promise<void>
}

/**
 * Serves an emulator on a loopback port.
 *
 * @throws the error of `listen`, such as `EADDRINUSE`.
 */
export async function serveEntraEmulator(options: ServeOptions = {}): Promise<ServedEmulator> {
  const { host = "localhost", port = 0, https = false } = options
  const tls = https ? localCertificate() : undefined
  let emulator: EntraEmulator | undefined
  const fetch = (request: Request) =>
    emulator?.fetch(request) ?? new Response(null, { status: 503 })
  const server = createAdaptorServer({
    fetch,
    ...(tls && { createServer: createHttpsServer, serverOptions: tls }),
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const scheme = tls ? "https" : "http"
  const origin = `${scheme}://${host.includes(":") ? `[${host}]` : host}:${address.port}`
  emulator = createEntraEmulator({ baseUrl: origin, ...options.emulator })
  return {
    emulator,
    origin,
    ...(tls && { certificate: tls.cert }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        if ("closeAllConnections" in server) server.closeAllConnections()
      }),
  }
}

/** Good for a day. */
function localCertificate(): { key: string; cert: string } {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const now = Date.now()
  const { pem } = selfSignedCertificate({
    privateKey,
    commonName: "entra-emulator",
    hosts: ["localhost", "127.0.0.1"],
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + 86_400_000),
  })
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), cert: pem }
}
