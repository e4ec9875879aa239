import { clientJson, clientLine, staticClientJson, staticClientLine } from "./client-lines.ts"
import { type Command, readArguments, sourceOf } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Lists the clients that are configured, and those that registered themselves. */
export const clientsList: Command = async (args, { environment, print }) => {
  const { values } = readArguments(args, { json: { type: "boolean" } })
  await withProxy(environment, sourceOf(values), async (proxy) => {
    let count = 0
    for (const client of await proxy.staticClients()) {
      print(values.json ? staticClientJson(client) : staticClientLine(client))
      count++
    }
    for await (const client of proxy.clients()) {
      print(values.json ? clientJson(client) : clientLine(client))
      count++
    }
    if (count === 0 && !values.json) print("No client has registered.")
  })
  return 0
}
