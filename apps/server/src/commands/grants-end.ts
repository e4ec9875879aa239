import { type Command, countOf, readArguments, sourceOf, UsageError } from "./command.ts"
import { nameTheUser } from "./name-the-user.ts"
import { withProxy } from "./with-proxy.ts"

/** Ends every grant of one user, on all instances. */
export const grantsEnd: Command = async (args, context) => {
  const { values } = readArguments(args, { user: { type: "string" } })
  const { user } = values
  if (!user) throw new UsageError(nameTheUser)
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
