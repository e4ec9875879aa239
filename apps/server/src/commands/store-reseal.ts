import { parseArgs } from "node:util"
import { type Command, countOf, readOptions } from "./command.ts"
import { withProxy } from "./with-proxy.ts"

/** Seals what is under an older secret with the first one, so that the older one can be dropped. */
export const storeReseal: Command = async (args, context) => {
  readOptions(() => parseArgs({ args: [...args] }))
  const { resealed, unreadable } = await withProxy(context, (proxy) => proxy.resealRecords())
  context.print(`Sealed ${countOf(resealed, "record")} under the first secret.`)
  if (unreadable === 0) return 0
  context.print(
    `Left as it was, for want of the secret that opens it: ${countOf(unreadable, "record")}.`,
  )
  return 1
}
