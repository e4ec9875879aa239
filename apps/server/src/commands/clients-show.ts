import type { ClientSummary, OAuthProxy } from "@doorward/oauth-core"
import { readClientId } from "./client-id.ts"
import { clientJson, clientLines } from "./client-lines.ts"
import { type Command, sourceOf } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Shows one client that registered itself. */
export const clientsShow: Command = async (args, { environment, print }) => {
  const { clientId, values } = readClientId(args, { json: { type: "boolean" } })
  const client = await withProxy(environment, sourceOf(values), (proxy) => find(clientId, proxy))
  if (!client) {
    print(`No client with the id ${clientId} has registered.`)
    return 1
  }
  for (const line of values.json ? [clientJson(client)] : clientLines(client)) print(line)
  return 0
}

async function find(clientId: string, proxy: OAuthProxy): Promise<ClientSummary | undefined> {
  for await (const client of proxy.clients()) if (client.clientId === clientId) return client
  return undefined
}
