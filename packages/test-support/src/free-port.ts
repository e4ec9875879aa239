import { once } from "node:events"
import { createServer } from "node:net"

/** Below the ports that a system chooses itself, for listeners and for connections. */
const [lowest, beyond] = [12_000, 32_000]

/**
 * A port of localhost for a server that can't choose its own, or must come back to the one it had.
 *
 * It lies where the system hands out none, so nothing that happens to start meanwhile takes it.
 */
export async function freePort(): Promise<number> {
  while (true) {
    const port = lowest + Math.floor(Math.random() * (beyond - lowest))
    if ((await isFree(port, "127.0.0.1")) && (await isFree(port, "localhost"))) return port
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, host), "listening")
  } catch {
    return false
  }
  await once(server.close(), "close")
  return true
}
