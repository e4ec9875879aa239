import { IdentityProviderError } from "@doorward/oauth-core"

const rereadAfter = 5 * 60_000

/** The assertion that a file holds, read again after five minutes, since the file's owner renews it. */
export function workloadIdentityAssertion(path: string, now: () => number): () => Promise<string> {
  let last: { assertion: string; readAt: number } | undefined
  return async () => {
    if (!last || now() - last.readAt >= rereadAfter) {
      last = { assertion: await readText(path), readAt: now() }
    }
    return last.assertion
  }
}

async function readText(path: string): Promise<string> {
  try {
    const files = globalThis.process?.getBuiltinModule?.("node:fs/promises")
    if (!files) throw new Error("this runtime has no files; use clientAssertion")
    return (await files.readFile(path, "utf8")).trim()
  } catch (cause) {
    throw new IdentityProviderError(
      "operator",
      "unreadable_credential",
      "The file of workloadIdentityFile can't be read.",
      { cause },
    )
  }
}
