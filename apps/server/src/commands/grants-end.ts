import { type Command, countOf, sourceOf } from "./command.ts"
import { readUserId } from "./user-id.ts"
import { withProxy } from "./with-proxy.ts"

/** Ends every grant of one user, on all instances. */
export const grantsEnd: Command = async (args, context) => {
  const { user, values } = readUserId(args, {})
  const ended = await withProxy(context.environment, sourceOf(values), (proxy) =>
    proxy.endGrantsOf(user),
  )
  context.print(
    ended === 0
      ? `There are no grants of ${user}.`
      : `Ended ${countOf(ended, "grant")} of ${user}. Running servers refuse the access tokens within 5 seconds.`,
  )
  return 0
}
