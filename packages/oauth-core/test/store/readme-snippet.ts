import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** What the first snippet of a package's README prints, with the address in it replaced. */
export async function runReadmeSnippet(packageFolder: URL, address: string, replacement: string) {
  const readme = readFileSync(new URL("README.md", packageFolder), "utf8")
  const [, snippet = ""] = /```ts\n(.*?)```/s.exec(readme) ?? []
  if (!snippet.includes(address)) throw new Error(`the first snippet does not name ${address}`)
  const script = ["--input-type=module-typescript", "--eval", snippet.replace(address, replacement)]
  const cwd = fileURLToPath(packageFolder)
  return (await promisify(execFile)(process.execPath, script, { cwd })).stdout
}
