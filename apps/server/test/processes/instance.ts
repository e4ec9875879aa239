import { flushCompileCache } from "node:module"
import type { AddressInfo } from "node:net"
import { oauthProxy } from "@doorward/oauth-core"
import { serve } from "@hono/node-server"
import { openStore } from "../../src/open-store.ts"
import type { Command, Report, Shared } from "./instances.ts"
import { upstreamOf } from "./upstream.ts"

/** One of several instances of a server: a process that shares only the store with the others. */
const { storeUrl, baseUrl, secret, resourceServer, options }: Shared = JSON.parse(
  process.argv[2] ?? "",
)
let ahead = 0
let hanging = false
const now = () => Date.now() + ahead
const report = (message: Report) => process.send?.(message)

const upstream = upstreamOf(now, async () => {
  report({ type: "upstream refresh" })
  if (hanging) await new Promise(() => undefined)
  // Long enough for the other processes to ask in the meantime.
  await new Promise((resolve) => setTimeout(resolve, 50))
})

const proxy = oauthProxy({
  baseUrl,
  provider: upstream,
  store: await openStore(storeUrl, now),
  secret,
  resourceServers: [resourceServer],
  ...options,
  limiter: { consume: async () => ({}) },
  clientAddress: () => "127.0.0.1",
  now,
})
const server = serve({ fetch: proxy.app.fetch, hostname: "127.0.0.1", port: 0 }, () => {
  report({ type: "listening", port: (server.address() as AddressInfo).port })
})

process.on("message", ({ advance, hang }: Command) => {
  ahead += advance ?? 0
  hanging = hang ?? hanging
  report({ type: "done" })
})
// It will be killed, and would not write its compile cache then.
flushCompileCache()
process.on("disconnect", () => process.exit())
