import type { OAuthProxy } from "@doorward/oauth-core"
import { readClientId } from "./client-id.ts"
import { clientJson, clientLines, staticClientJson, staticClientLines } from "./client-lines.ts"
import { type Command, sourceOf } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Shows one client that is configured or registered itself. */
export const clientsShow: Command = async (args, { environment, print }) => {
  const { clientId, values } = readClientId(args, { json: { type: "boolean" } })
  const lines = await withProxy(environment, sourceOf(values), (proxy) =>
    linesOf(clientId, proxy, values.json === true),
  )
  if (!lines) {
    print(`There is no client with the id ${clientId}.`)
    return 1
  }
  for (const line of lines) print(line)
  return 0
}

/** A configured client takes precedence, as it does in requests. */
async function linesOf(clientId: string, proxy: OAuthProxy, json: boolean) {
  const configured = (await proxy.staticClients()).find((client) => client.clientId === clientId)
  if (configured) return json ? [staticClientJson(configured)] : staticClientLines(configured)
  for await (const client of proxy.clients()) {
    if (client.clientId === clientId) return json ? [clientJson(client)] : clientLines(client)
  }
  return undefined
}
