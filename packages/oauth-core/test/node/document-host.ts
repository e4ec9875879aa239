import { generateKeyPairSync } from "node:crypto"
import type { RequestListener } from "node:http"
import { Agent, type AgentOptions, createServer } from "node:https"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { connect } from "node:tls"
import { selfSignedCertificate } from "@doorward/entra-emulator"
import { documentFetcher } from "../../src/node/node-document-fetcher.ts"

export const hostName = "client.example.com"
export const documentUrl = new URL(`https://${hostName}/oauth/client.json`)
export const publicAddress = "93.184.216.34"
export const limits = { maxBytes: 5 * 1024, timeoutMilliseconds: 20_000 }

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const certificate = selfSignedCertificate({
  privateKey,
  commonName: hostName,
  hosts: [hostName, "127.0.0.1"],
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + 3_600_000),
})

/** What a client opened a connection for. */
export interface Opened {
  /** The addresses that it could have connected to. */
  addresses: string[]
  servername: string | undefined
}

/**
 * An https server, and a fetcher for which every address leads to it. Only the network is replaced:
 * names, checks, TLS and HTTP are real.
 */
export async function documentHost(answer: RequestListener) {
  const key = privateKey.export({ type: "pkcs8", format: "pem" })
  const server = createServer({ key, cert: certificate.pem }, answer)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const opened: Opened[] = []

  class Cable extends Agent {
    override createConnection(options: AgentOptions): Duplex {
      const entry: Opened = { addresses: [], servername: options.servername }
      options.lookup?.("", { all: true }, (_error, found) => {
        entry.addresses = [found].flat().map((one) => (typeof one === "string" ? one : one.address))
      })
      opened.push(entry)
      const { servername = hostName } = options
      return connect({ host: "127.0.0.1", port, servername, ca: certificate.pem })
    }
  }
  return {
    port,
    opened,
    fetcher: (addresses: readonly string[]) =>
      documentFetcher({ resolve: async () => addresses, agent: new Cable() }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
