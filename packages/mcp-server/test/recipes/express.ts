import { getRequestListener } from "@hono/node-server"
import express from "express"
import { guard, proxy } from "./guard.ts"

const app = express()
app.use("/mcp", express.json())
app.all("/mcp", (req, res) => {
  const listener = getRequestListener((request) => guard.fetch(request, { parsedBody: req.body }))
  return listener(req, res)
})
app.all(guard.metadata.paths, getRequestListener(guard.metadata.fetch))
app.use(getRequestListener(proxy.app.fetch))

export const server = app.listen(process.env.PORT ?? 8000)
