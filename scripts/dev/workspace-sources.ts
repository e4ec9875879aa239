import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { z } from "zod"

const manifestSchema = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
})

/**
 * The `src` folders whose code runs when a package runs: its own, and those of the workspace packages
 * that it depends on, directly or not.
 *
 * @param folder the package's, such as `apps/server`.
 */
export function workspaceSources(repository: string, folder: string): ReadonlySet<string> {
  const packages = new Map<string, { folder: string; dependencies: readonly string[] }>()
  for (const path of globSync("{packages,apps}/*/package.json", { cwd: repository })) {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(repository, path), "utf8")))
    const { name, dependencies } = manifest
    packages.set(name, { folder: dirname(path), dependencies: Object.keys(dependencies) })
  }
  const sources = new Set<string>()
  function collect(name: string): void {
    const found = packages.get(name)
    const source = found && join(repository, found.folder, "src")
    if (!source || sources.has(source)) return
    sources.add(source)
    found.dependencies.forEach(collect)
  }
  for (const [name, found] of packages) {
    if (join(found.folder) === join(folder)) collect(name)
  }
  return sources
}
