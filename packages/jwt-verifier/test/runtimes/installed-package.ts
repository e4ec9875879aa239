import { execFile } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

interface Manifest {
  name: string
  exports: unknown
  dependencies?: Record<string, string>
  publishConfig?: { exports: unknown }
}

const packageFolder = fileURLToPath(new URL("../..", import.meta.url))
const scripts = ["command.js", "verify-cases.js", "worker.js"]

/**
 * Builds this package and puts it into the `node_modules` of a folder as npm would, together with its
 * dependencies, and the scripts of these tests beside it.
 *
 * @returns the names of the packages.
 */
export async function installBuiltPackage(folder: string): Promise<string[]> {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json")
  const compiler = join(dirname(typescript), "bin/tsc")
  const project = join(packageFolder, "tsconfig.build.json")
  await promisify(execFile)(process.execPath, [compiler, "-b", project])
  for (const name of scripts) {
    cpSync(join(packageFolder, "test/runtimes", name), join(folder, name))
  }
  const dependencies = { [readManifest(packageFolder).name]: "*" }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", dependencies }))
  const placed = new Set<string>()
  place(packageFolder, folder, placed)
  return [...placed]
}

/** Puts a package of the workspace, and everything it depends on, into `node_modules`. */
function place(source: string, folder: string, placed: Set<string>): void {
  const { publishConfig, ...manifest } = readManifest(source)
  const target = join(folder, "node_modules", manifest.name)
  placed.add(manifest.name)
  cpSync(join(source, "dist"), join(target, "dist"), { recursive: true })
  const published = { ...manifest, exports: publishConfig?.exports }
  writeFileSync(join(target, "package.json"), JSON.stringify(published))
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (placed.has(name)) continue
    const dependency = realpathSync(join(source, "node_modules", name))
    if (name.startsWith("@doorward/")) place(dependency, folder, placed)
    else link(name, dependency, folder, placed)
  }
}

/** Links a package that is installed as it was published. */
function link(name: string, source: string, folder: string, placed: Set<string>): void {
  const target = join(folder, "node_modules", name)
  placed.add(name)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(source, target, "junction")
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
}
