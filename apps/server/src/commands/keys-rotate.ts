import { type Command, readArguments, sourceOf, UsageError } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Withdraws the signing keys that all instances share, for when a key has leaked or may have. */
export const keysRotate: Command = async (args, context) => {
  const { values } = readArguments(args, { now: { type: "boolean" } })
  if (!values.now) {
    throw new UsageError(
      "Keys rotate by themselves every 30 days. With --now they are withdrawn at once: within a minute, no instance accepts an access token that was signed before, and clients refresh.",
    )
  }
  const keyId = await withProxy(context.environment, sourceOf(values), (proxy) =>
    proxy.rotateKeys(),
  )
  context.print(
    `Tokens are signed with the key ${keyId}. Running servers drop the old keys within a minute.`,
  )
  return 0
}
