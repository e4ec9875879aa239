import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import type { Hono } from "hono"
import type { Configuration } from "./configuration/read-configuration.ts"
import { wrongSetting } from "./wrong-setting.ts"

export interface Listening {
  port: number
  /** Stops taking requests and lets those under way finish, for some seconds. */
  close(): Promise<void>
}

/** How long requests under way may go on after the server was told to stop, in milliseconds. */
const graceful = 5000

/**
 * Listens where the configuration says; port 0 takes a free one.
 *
 * @throws {ConfigurationError} if the port is taken or the host is not this machine's.
 */
export function listen(app: Hono, configuration: Configuration): Promise<Listening> {
  const { host, port } = configuration.listen
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (address: AddressInfo) => {
      resolve({ port: address.port, close })
    })
    server.on("error", (error: NodeJS.ErrnoException) => reject(explain(error, configuration)))

    function close(): Promise<void> {
      return new Promise((closed) => {
        const overdue = setTimeout(() => {
          if ("closeAllConnections" in server) server.closeAllConnections()
        }, graceful)
        server.close(() => {
          clearTimeout(overdue)
          closed()
        })
        if ("closeIdleConnections" in server) server.closeIdleConnections()
      })
    }
  })
}

function explain(error: NodeJS.ErrnoException, configuration: Configuration): Error {
  const { host, port } = configuration.listen
  switch (error.code) {
    case "EADDRINUSE":
      return wrongSetting(
        configuration,
        "listen.port",
        `is ${port}, which is in use; stop what listens there, or set another port`,
      )
    case "EACCES":
      return wrongSetting(
        configuration,
        "listen.port",
        `is ${port}, which this process may not listen on; set a port above 1023`,
      )
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return wrongSetting(
        configuration,
        "listen.host",
        `is ${host}, which is not an address of this machine; set localhost, or 0.0.0.0 for all`,
      )
    default:
      return error
  }
}
