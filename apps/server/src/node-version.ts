import { readFileSync } from "node:fs"

/**
 * Says in one line that this Node is too old for the package, by `engines` of its manifest.
 *
 * It is loaded before everything else and by any Node, so it uses only what all of them have.
 *
 * @param running such as `22.19.0`.
 */
export function nodeProblem(running: string): string | undefined {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8")
  const oldest = String(JSON.parse(manifest).engines.node).replace(">=", "")
  if (isAtLeast(running, oldest)) return undefined
  return `Doorward needs Node.js ${oldest} or newer, and this is ${running}. Install a newer one from https://nodejs.org, or run: npx -y -p node@24 -p doorward doorward`
}

function isAtLeast(version: string, oldest: string): boolean {
  const parts = version.split(".").map(Number)
  const wanted = oldest.split(".").map(Number)
  const at = wanted.findIndex((part, index) => part !== parts[index])
  return at === -1 || (parts[at] ?? 0) > (wanted[at] ?? 0)
}
