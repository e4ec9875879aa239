import type { Client } from "@modelcontextprotocol/client"
import type { BackendReport } from "./backend.ts"

/** What a connected client learns. What a server does not offer is not asked for: that list is empty. */
export async function reportOf(client: Client, signal: AbortSignal): Promise<BackendReport> {
  const options = { signal }
  const offers = client.getServerCapabilities() ?? {}
  const tools = offers.tools ? (await client.listTools(undefined, options)).tools : []
  const prompts = offers.prompts ? (await client.listPrompts(undefined, options)).prompts : []
  const { resources, resourceTemplates } = offers.resources
    ? {
        ...(await client.listResources(undefined, options)),
        ...(await client.listResourceTemplates(undefined, options)),
      }
    : { resources: [], resourceTemplates: [] }
  const { name = "", version = "" } = client.getServerVersion() ?? {}
  return {
    protocolVersion: client.getNegotiatedProtocolVersion() ?? "",
    server: { name, version },
    tools: tools.map((each) => each.name),
    prompts: prompts.map((each) => each.name),
    resources: resources.map((each) => each.uri),
    resourceTemplates: resourceTemplates.map((each) => each.uriTemplate),
  }
}
