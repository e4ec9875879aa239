// A stdio server of the SDK 2.x, which also speaks 2026-07-28. With `modern`, it speaks nothing else.
import { once } from "node:events"
import { acceptedContent, inputRequired, McpServer } from "@modelcontextprotocol/server"
import { serveStdio } from "@modelcontextprotocol/server/stdio"

const text = (value) => ({ content: [{ type: "text", text: String(value) }] })
let calls = 0

serveStdio(
  () => {
    const server = new McpServer(
      { name: "two-eras", version: "2.0.0" },
      { capabilities: { tools: { listChanged: true } } },
    )
    server.registerTool("count", {}, () => {
      calls += 1
      return text(calls)
    })
    server.registerTool("pid", {}, () => text(process.pid))
    server.registerTool("crash", {}, () => process.exit(3))
    server.registerTool("progress", {}, async ({ mcpReq }) => {
      for (const progress of [1, 2, 3]) {
        const params = { progressToken: mcpReq._meta?.progressToken, progress, total: 3 }
        await mcpReq.notify({ method: "notifications/progress", params })
      }
      return text("done")
    })
    server.registerTool("ask", {}, ({ mcpReq }) => {
      const answered = acceptedContent(mcpReq.inputResponses, "who")
      if (answered) return text(answered.name)
      const requestedSchema = { type: "object", properties: { name: { type: "string" } } }
      return inputRequired({
        inputRequests: { who: inputRequired.elicit({ message: "Who?", requestedSchema }) },
      })
    })
    server.registerTool("wait", {}, async ({ mcpReq }) => {
      process.stderr.write("waiting\n")
      await once(mcpReq.signal, "abort")
      process.stderr.write("cancelled\n")
      return text("cancelled")
    })
    server.registerTool("change", {}, () => {
      server.sendToolListChanged()
      return text("changed")
    })
    return server
  },
  { legacy: process.argv.includes("modern") ? "reject" : "serve" },
)
