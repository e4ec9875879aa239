import { generateKeyPairSync } from "node:crypto"
import { createServer as createHttpsServer } from "node:https"
import { type AddressInfo, isIPv6 } from "node:net"
import type { OptionFields } from "@doorward/boundary"
import { isLoopbackHost, readOptions } from "@doorward/boundary"
import { createAdaptorServer } from "@hono/node-server"
import { z } from "zod"
import { createEntraEmulator, type EntraEmulator } from "./emulator.ts"
import { selfSignedCertificate } from "./keys/certificate.ts"
import { type EntraEmulatorOptions, emulatorOptionsSchema } from "./state/options.ts"

/** The options of {@link serveEntraEmulator}. */
export interface ServeOptions {
  /** The host to listen on, which must be this machine: `localhost`, `127.0.0.1`, `::1`. Default: `localhost`. */
  host?: string | undefined
  /** The port to listen on; 0 takes a free one. Default: 0. */
  port?: number | undefined
  /** Whether to serve over https, which MSAL requires, with a new self-signed certificate. Default: false. */
  https?: boolean | undefined
  /** The emulator's options. Default: none, except that `baseUrl` is the URL it listens on. */
  emulator?: EntraEmulatorOptions | undefined
}

/** An emulator that listens on a port. */
export interface ServedEmulator {
  /** The emulator. */
  emulator: EntraEmulator
  /** The URL that it listens on, such as `http://localhost:9400`. */
  origin: string
  /** The certificate in PEM, for `NODE_EXTRA_CA_CERTS`. Only over https. */
  certificate?: string
  /** Stops listening and ends all connections. */
  close(): Promise<void>
}

const portText = "must be a whole number from 0 to 65535"

export const serveOptionsSchema = z.strictObject({
  host: z
    .string()
    .refine(
      (host) => isLoopbackHost(urlHost(host)),
      "must be this machine: localhost, 127.0.0.1 or ::1",
    )
    .default("localhost"),
  port: z.int(portText).min(0, portText).max(65535, portText).default(0),
  https: z.boolean().default(false),
  emulator: emulatorOptionsSchema.optional(),
} satisfies OptionFields<ServeOptions>)

/**
 * Serves an emulator on a port of this machine.
 *
 * @throws {ConfigurationError} if the options are not well formed.
 * @throws the error of `listen`, such as `EADDRINUSE`.
 * @example
 * const { origin, close } = await serveEntraEmulator({ port: 9400 })
 * const authority = `${origin}/${defaultTenant.id}`
 */
export async function serveEntraEmulator(options: ServeOptions = {}): Promise<ServedEmulator> {
  const { host, port, https } = readOptions("serveEntraEmulator", serveOptionsSchema, options)
  const tls = https ? localCertificate(host) : undefined
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
  const origin = `${scheme}://${urlHost(host)}:${address.port}`
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

/** The host as URLs write it: an IPv6 address is in brackets. */
function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host
}

/** A certificate that is valid for a day. */
function localCertificate(host: string): { key: string; cert: string } {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const now = Date.now()
  const { pem } = selfSignedCertificate({
    privateKey,
    commonName: "entra-emulator",
    hosts: [...new Set(["localhost", "127.0.0.1", ...(isIPv6(host) ? [] : [host])])],
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + 86_400_000),
  })
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), cert: pem }
}
