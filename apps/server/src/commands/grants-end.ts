import { parseArgs } from "node:util"
import { type Command, countOf, readOptions, UsageError } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Ends every grant of one user, on all instances. */
export const grantsEnd: Command = async (args, context) => {
  const { values } = readOptions(() =>
    parseArgs({ args: [...args], options: { user: { type: "string" } } }),
  )
  const { user } = values
  if (!user) {
    throw new UsageError(
      "Name the user by the sub of their tokens. The log has it as userId in every line about them.",
    )
  }
  const ended = await withProxy(context, (proxy) => proxy.endGrantsOf(user))
  context.print(
    ended === 0
      ? `There are no grants of ${user}.`
      : `Ended ${countOf(ended, "grant")} of ${user}. Running servers refuse the access tokens within 5 seconds.`,
  )
  return 0
}
