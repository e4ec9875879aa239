import { grantJson, grantLine } from "./client-lines.ts"
import { type Command, sourceOf } from "./command.ts"
import { readUserId } from "./user-id.ts"
import { withProxy } from "./with-proxy.ts"

/** Lists the grants of one user, newest first. */
export const grantsList: Command = async (args, { environment, print }) => {
  const { user, values } = readUserId(args, { json: { type: "boolean" } })
  const { json } = values
  const grants = await withProxy(environment, sourceOf(values), (proxy) => proxy.grantsOf(user))
  for (const grant of grants) print(json ? grantJson(grant) : grantLine(grant))
  if (grants.length === 0 && !json) print(`There are no grants of ${user}.`)
  return 0
}
