import { createServer } from "node:net"

/** Whether nothing listens on a port of localhost, on either of its addresses. */
export async function isFree(port: number): Promise<boolean> {
  for (const host of ["127.0.0.1", "::1"]) {
    const taken = await bind(port, host).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === "EADDRINUSE",
    )
    if (taken) return false
  }
  return true
}

/** Below the ports that a system chooses itself, for listeners and for connections. */
const [lowest, beyond] = [12_000, 32_000]

/** A port that nothing listens on, where the system hands out none: nothing that starts meanwhile gets it. */
export async function freePort(): Promise<number> {
  while (true) {
    const port = lowest + Math.floor(Math.random() * (beyond - lowest))
    if (await isFree(port)) return port
  }
}

function bind(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(port, host, () => server.close(() => resolve()))
  })
}
