import type { OptionName } from "@doorward/boundary"
import { IdentityProviderError } from "@doorward/oauth-core"
import type { EntraCalls } from "../entra-calls.ts"

/** Milliseconds. */
const rereadAfter = 5 * 60_000

/** Returns the assertion in a file, which is read again after five minutes since its owner renews it. */
export function workloadIdentityAssertion(
  path: string,
  { now, optionName }: Pick<EntraCalls, "now" | "optionName">,
): () => Promise<string> {
  let last: { assertion: string; readAt: number } | undefined
  return async () => {
    if (!last || now() - last.readAt >= rereadAfter) {
      last = { assertion: await readText(path, optionName), readAt: now() }
    }
    return last.assertion
  }
}

async function readText(path: string, name: OptionName): Promise<string> {
  try {
    const files = globalThis.process?.getBuiltinModule?.("node:fs/promises")
    if (!files) throw new Error(`this runtime has no files; use ${name("clientAssertion")}`)
    return (await files.readFile(path, "utf8")).trim()
  } catch (cause) {
    throw new IdentityProviderError(
      "operator",
      "unreadable_credential",
      `The file of ${name("workloadIdentityFile")} can't be read. Check its path and its permissions.`,
      { cause },
    )
  }
}
