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

/** A port that nothing listened on a moment ago. */
export const freePort = (): Promise<number> => bind(0, "127.0.0.1")

function bind(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(port, host, () => {
      const address = server.address()
      const bound = typeof address === "object" && address ? address.port : port
      server.close(() => resolve(bound))
    })
  })
}
