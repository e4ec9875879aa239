import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { guard, proxy } from "./guard.ts"

const listener = getRequestListener((request) => {
  const { pathname } = new URL(request.url)
  if (pathname === "/mcp") return guard.fetch(request)
  if (guard.metadata.paths.includes(pathname)) return guard.metadata.fetch(request)
  return proxy.app.fetch(request)
})

export const server = createServer(listener).listen(process.env.PORT ?? 8000)
