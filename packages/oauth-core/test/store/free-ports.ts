import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"

/** Ports that were free a moment ago, for servers that can't choose their own. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  for (const server of servers) await once(server.listen(0, "127.0.0.1"), "listening")
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  for (const server of servers) await once(server.close(), "close")
  return ports
}
