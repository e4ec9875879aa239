import { getRequestListener } from "@hono/node-server"
import { toNodeHandler } from "@modelcontextprotocol/node"
import express from "express"
import { guard, proxy } from "./guard.ts"

const app = express()
const mcp = toNodeHandler(guard)
app.all("/mcp", express.json(), (req, res) => mcp(req, res, req.body))
app.all(guard.metadata.paths, toNodeHandler(guard.metadata))
app.use(getRequestListener(proxy.app.fetch))

export const server = app.listen(process.env.PORT ?? 8000)
