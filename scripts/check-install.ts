/**
 * Installs every published package together from its tarball, as a user would with npm, then imports
 * each entry on the oldest Node that its package claims, type-checks the imports under both kinds of
 * module resolution, and asks each command for its help. Every `dist` must be built.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Manifest, pack, publishedPackages, readManifest } from "./packing/pack.ts"
import { run } from "./packing/run.ts"

const repository = join(import.meta.dirname, "..")
const folder = await mkdtemp(join(tmpdir(), "doorward-install-"))
try {
  const packages = new Map<string, Manifest>()
  for (const source of await publishedPackages(repository)) {
    packages.set(await pack(source, folder), await readManifest(source))
  }
  const manifests = [...packages.values()]
  await install(folder, [...packages.keys()])
  await typecheck(manifests)
  const floors = Map.groupBy(manifests, (manifest) => manifest.engines.node.replace(/^>=/, ""))
  for (const [floor, group] of floors) await runOn(await nodeBinary(floor), group)
  console.log(`${manifests.length} packages install together; they run on ${[...floors.keys()]}`)
} finally {
  await rm(folder, { recursive: true })
}

async function install(into: string, specifiers: readonly string[]): Promise<void> {
  await mkdir(into, { recursive: true })
  await writeFile(join(into, "package.json"), `{ "private": true, "type": "module" }`)
  const flags = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
  await run("npm", ["install", ...flags, ...specifiers], into)
}

/** What an import names, for each entry of the package. */
function entriesOf(manifest: Manifest): string[] {
  return Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1))
}

async function typecheck(manifests: readonly Manifest[]): Promise<void> {
  const lines = manifests
    .flatMap(entriesOf)
    .map((entry, index) => `export * as entry${index} from "${entry}"\n`)
  await writeFile(join(folder, "consumer.ts"), lines.join(""))
  const strict = ["--noEmit", "--strict", "--target", "es2024", "--lib", "es2024,dom,dom.iterable"]
  for (const [module, resolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ] as const) {
    const kind = ["--module", module, "--moduleResolution", resolution]
    await run("tsc", [...strict, ...kind, "consumer.ts"], folder)
  }
}

async function nodeBinary(version: string): Promise<string> {
  const into = join(folder, `node-${version}`)
  await install(into, [`node@${version}`])
  return join(into, "node_modules/node/bin/node")
}

async function runOn(node: string, manifests: readonly Manifest[]): Promise<void> {
  const imports = manifests.flatMap(entriesOf).map((entry) => `await import("${entry}")\n`)
  await writeFile(join(folder, "consumer.js"), imports.join(""))
  await run(node, ["consumer.js"], folder)
  for (const manifest of manifests) {
    for (const target of Object.values(manifest.bin)) {
      const built = target.replace(/^\.\/src\/(.*)\.ts$/, "dist/$1.js")
      await run(node, [join("node_modules", manifest.name, built), "--help"], folder)
    }
  }
}
