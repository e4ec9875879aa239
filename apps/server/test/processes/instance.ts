import { flushCompileCache } from "node:module"
import type { AddressInfo } from "node:net"
import { oauthProxy } from "@doorward/oauth-core"
import { serve } from "@hono/node-server"
import { openStore } from "../../src/open-store.ts"
import type { Command, Report, Shared } from "./instances.ts"
import { upstreamOf } from "./upstream.ts"

/** One instance of a server of several: a process that shares nothing with the others but the store. */
const { storeUrl, baseUrl, secret, resourceServer }: Shared = JSON.parse(process.argv[2] ?? "")
let ahead = 0
let hanging = false
const now = () => Date.now() + ahead
const report = (message: Report) => process.send?.(message)

const upstream = upstreamOf(now, async () => {
  report({ type: "upstream refresh" })
  if (hanging) await new Promise(() => undefined)
  // Long enough for the other processes to come and ask meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 50))
})

const proxy = oauthProxy({
  baseUrl,
  provider: upstream,
  store: await openStore(storeUrl, now),
  secret,
  resourceServers: [resourceServer],
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
// It is killed in the end, and would keep nothing of what it compiled for the next one.
flushCompileCache()
process.on("disconnect", () => process.exit())
