import { grantJson, grantLine } from "./client-lines.ts"
import { type Command, readArguments, sourceOf, UsageError } from "./command.ts"
import { nameTheUser } from "./name-the-user.ts"
import { withProxy } from "./with-proxy.ts"

/** Lists the grants of one user, newest first. */
export const grantsList: Command = async (args, { environment, print }) => {
  const { values } = readArguments(args, { user: { type: "string" }, json: { type: "boolean" } })
  const { user, json } = values
  if (!user) throw new UsageError(nameTheUser)
  const grants = await withProxy(environment, sourceOf(values), (proxy) => proxy.grantsOf(user))
  for (const grant of grants) print(json ? grantJson(grant) : grantLine(grant))
  if (grants.length === 0 && !json) print(`There are no grants of ${user}.`)
  return 0
}
