/**
 * Installs every published package together from its tarball, as a user would with npm, and checks that
 * each entry type-checks under both kinds of module resolution and can be imported on the oldest Node
 * that its package claims, and that each command answers `--help`. On Node 20, which many people still have, \`doorward\` must say what it
 * needs. Every \`dist\` must be built.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Manifest, pack, publishedPackages, readManifest } from "./packing/pack.ts"
import { run } from "./packing/run.ts"

/** Their main entries run anywhere: they need neither Node's types nor a peer that is optional. */
const portable = [
  "headless-browser",
  "jwt-verifier",
  "mcp-server",
  "oauth-core",
  "provider-azure",
  "provider-oidc",
]

const repository = join(import.meta.dirname, "..")
const folder = await mkdtemp(join(tmpdir(), "doorward-install-"))
try {
  await checkInstall()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true })
}

async function checkInstall(): Promise<void> {
  const tarballs: string[] = []
  const manifests: Manifest[] = []
  for (const source of await publishedPackages(repository)) {
    tarballs.push(await pack(source, folder))
    manifests.push(await readManifest(source))
  }
  const nodes = await installNodes(manifests)

  await createProject(folder)
  await install(folder, tarballs)
  const bare = portable.map((name) => `@doorward/${name}`)
  await typecheck(bare)
  await importAll([...nodes.values()], bare)

  const node = "@types/node@^24"
  await install(folder, [node, ...manifests.flatMap(optionalPeers)])
  await typecheck(manifests.flatMap(entriesOf), "node")
  for (const manifest of manifests) {
    const oldest = nodes.get(oldestNode(manifest))
    if (oldest === undefined)
      throw new Error(`engines of ${manifest.name} names no version of Node`)
    await importAll([oldest], entriesOf(manifest))
    for (const command of Object.keys(manifest.bin)) await askForHelp(oldest, command)
  }
  await checkOldNode()
  console.log(
    `${manifests.length} packages install together and run on Node ${[...nodes.keys()].join(", ")}`,
  )
}

async function createProject(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await writeFile(join(path, "package.json"), `{ "private": true, "type": "module" }`)
}

async function install(into: string, specifiers: readonly string[]): Promise<void> {
  const flags = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
  await run("npm", ["install", ...flags, ...specifiers], into)
}

/** The oldest version that the package claims in full: `22.13.0` for `>=22.13`. */
function oldestNode(manifest: Manifest): string {
  const [major, minor = "0", patch = "0"] = manifest.engines.node.replace(/^>=/, "").split(".")
  return [major, minor, patch].join(".")
}

/** The oldest Nodes that the packages claim: the path of each by its version. */
async function installNodes(manifests: readonly Manifest[]): Promise<Map<string, string>> {
  const nodes = new Map<string, string>()
  for (const version of new Set(manifests.map(oldestNode))) {
    nodes.set(version, await installNode(version))
  }
  return nodes
}

async function installNode(version: string): Promise<string> {
  const into = join(folder, `node-${version}`)
  await createProject(into)
  await install(into, [`node@${version}`])
  return join(into, "node_modules/node/bin/node")
}

async function checkOldNode(): Promise<void> {
  const said = await askForHelp(await installNode("20.0.0"), "doorward").catch(String)
  if (!/\nDoorward needs Node\.js .*$/.test(String(said)))
    throw new Error(`On Node 20, doorward does not say in one line what it needs:\n${said}`)
}

/** What an import names, for each entry of the package. */
function entriesOf(manifest: Manifest): string[] {
  return Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1))
}

function optionalPeers({ peerDependencies, peerDependenciesMeta }: Manifest): string[] {
  return Object.entries(peerDependencies)
    .filter(([name]) => peerDependenciesMeta[name]?.optional)
    .map(([name, range]) => `${name}@${range}`)
}

async function typecheck(entries: readonly string[], types = ""): Promise<void> {
  const exports = entries.map((entry, index) => `export * as entry${index} from "${entry}"\n`)
  await writeFile(join(folder, "consumer.ts"), exports.join(""))
  for (const [module, moduleResolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: "es2024",
      lib: ["es2024", "dom", "dom.iterable"],
      types: types === "" ? [] : [types],
      module,
      moduleResolution,
    }
    const config = JSON.stringify({ compilerOptions, files: ["consumer.ts"] })
    await writeFile(join(folder, "tsconfig.json"), config)
    await run("tsc", ["-p", "tsconfig.json"], folder)
  }
}

async function importAll(nodes: readonly string[], entries: readonly string[]): Promise<void> {
  const imports = entries.map((entry) => `await import("${entry}")\n`)
  await writeFile(join(folder, "consumer.js"), imports.join(""))
  for (const node of nodes) await run(node, ["consumer.js"], folder)
}

/** By the link that npm makes, which `npx` runs too. */
async function askForHelp(node: string, command: string): Promise<void> {
  await run(node, [join("node_modules/.bin", command), "--help"], folder)
}
