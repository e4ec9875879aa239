/** A server in a process of its own, whose clock the test can move. See server-process.ts. */
import { enableCompileCache, flushCompileCache } from "node:module"

enableCompileCache()
const { startServer } = await import("../../src/index.ts")

let ahead = 0

process.on("message", async (message: { start?: Record<string, string>; ahead?: number }) => {
  if (message.ahead !== undefined) ahead = message.ahead
  if (!message.start) return process.send?.({ clockMoved: true })
  const { port } = await startServer(message.start, {}, () => Date.now() + ahead)
  return process.send?.({ port })
})
process.on("disconnect", () => process.exit())
// It will be killed, and would not write its compile cache then.
flushCompileCache()
process.send?.({ loaded: true })
