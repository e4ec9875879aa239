import { type Command, countOf, readArguments, sourceOf } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Seals every record with the first secret, so that the older ones can be removed. */
export const storeReseal: Command = async (args, context) => {
  const { values } = readArguments(args, {})
  const { resealed, unreadable } = await withProxy(context.environment, sourceOf(values), (proxy) =>
    proxy.resealRecords(),
  )
  context.print(`Sealed ${countOf(resealed, "record")} under the first secret.`)
  if (unreadable === 0) return 0
  context.print(
    `Left as it was, since the secret that opens it is missing: ${countOf(unreadable, "record")}.`,
  )
  return 1
}
