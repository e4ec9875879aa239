import { type Command, countOf, readArguments } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Seals every record with the first secret, so that the older ones can be removed. */
export const storeReseal: Command = async (args, context) => {
  readArguments(args, {})
  const { resealed, unreadable } = await withProxy(context, (proxy) => proxy.resealRecords())
  context.print(`Sealed ${countOf(resealed, "record")} under the first secret.`)
  if (unreadable === 0) return 0
  context.print(
    `Left as it was, since the secret that opens it is missing: ${countOf(unreadable, "record")}.`,
  )
  return 1
}
