/**
 * Installs the server for production: `pnpm deploy:server <folder>`. The folder must be new or empty; it
 * gets the built JavaScript and the dependencies of the lockfile without those of development, and runs
 * anywhere with `node dist/main.js`.
 *
 * It is `pnpm deploy` and one thing more. That command copies the packages of the workspace with the
 * manifests of development, whose `exports` name TypeScript, which Node refuses inside `node_modules`.
 * Here each gets its `publishConfig` first, as a published package has it.
 */
import { existsSync } from "node:fs"
import { readdir, rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import { publishManifests } from "./packing/publish-manifests.ts"
import { run } from "./packing/run.ts"

const repository = join(import.meta.dirname, "..")
const [folder, ...more] = process.argv.slice(2)
try {
  if (folder === undefined || more.length > 0) throw new Error("Name the folder to install into.")
  await deploy(resolve(folder))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function deploy(target: string): Promise<void> {
  if (existsSync(target) && (await readdir(target)).length > 0) {
    throw new Error(`${target} is not empty. Name a folder that is new or empty.`)
  }
  await run("turbo", ["run", "build", "--filter=doorward"], repository)
  await run("pnpm", ["--filter=doorward", "--prod", "deploy", target], repository)
  await publishManifests(target)
  // What only an installation reads, and the sources of the command, which its bin had named.
  for (const name of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "src"]) {
    await rm(join(target, name), { recursive: true })
  }
}
