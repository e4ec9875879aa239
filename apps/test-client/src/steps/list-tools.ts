import { reasonOf } from "../http/exchange.ts"
import { type Bearer, bearerFetch, type McpConnection, type McpTool } from "../mcp/connection.ts"
import { connectLegacy } from "../mcp/legacy.ts"
import { connectModern } from "../mcp/modern.ts"
import { type Run, Stop } from "../step.ts"

export type Era = "legacy" | "modern"

export interface Connected {
  connection: McpConnection
  tools: readonly McpTool[]
}

/** Connects with an official SDK's client and lists the tools. */
export async function listTools(run: Run, url: URL, era: Era, bearer: Bearer): Promise<Connected> {
  bearer.fetch = run.fetch
  const connect = era === "modern" ? connectModern : connectLegacy
  try {
    const connection = await connect(url, bearerFetch(bearer))
    run.note(`${connection.serverName}, protocol ${connection.protocolVersion}`)
    const tools = await connection.listTools()
    run.check("tools-listed", true)
    run.note(`tools: ${tools.map(({ name }) => name).join(", ") || "none"}`)
    return { connection, tools }
  } catch (error) {
    run.check("tools-listed", false)
    throw new Stop(reasonOf(error))
  }
}
