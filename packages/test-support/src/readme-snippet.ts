import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** The first TypeScript snippet of a package's README. */
export function readmeSnippet(packageFolder: URL): string {
  const readme = readFileSync(new URL("README.md", packageFolder), "utf8")
  const [, snippet] = /```ts\n(.*?)```/s.exec(readme) ?? []
  if (snippet === undefined) throw new Error("the README has no snippet")
  return snippet
}

/** What a snippet prints when it runs in the package's folder. */
export async function runSnippet(packageFolder: URL, snippet: string): Promise<string> {
  const script = ["--input-type=module-typescript", "--eval", snippet]
  const cwd = fileURLToPath(packageFolder)
  return (await promisify(execFile)(process.execPath, script, { cwd })).stdout
}
