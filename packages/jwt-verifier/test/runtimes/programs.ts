import { execFile } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const manifests = fileURLToPath(new URL("programs/", import.meta.url))
const cache = fileURLToPath(new URL("../../../../node_modules/.cache/", import.meta.url))
const folder = join(cache, "runtimes")

/** Where the package of a runtime for this machine has its program. */
const files = {
  Bun: "@oven/bun-*/bin/bun{,.exe}",
  Deno: "@deno/*/deno{,.exe}",
  workerd: "@cloudflare/workerd-*/bin/workerd{,.exe}",
}
export type Runtime = keyof typeof files

/** The programs of the runtimes that could be installed. */
export type Programs = Readonly<Record<Runtime, string | undefined>>

/**
 * Installs the runtimes with npm, unless they are there.
 *
 * They are not dependencies of the workspace, so that only those who run these tests download them
 * (about 140 MB, once).
 */
export async function installPrograms(): Promise<Programs> {
  const installed = installedPrograms()
  if (isUpToDate() && Object.values(installed).every(Boolean)) return installed
  try {
    await install()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  }
  return installedPrograms()
}

function installedPrograms(): Programs {
  const find = (runtime: Runtime) =>
    globSync(join(folder, "node_modules", files[runtime]).replaceAll("\\", "/")).sort()[0]
  return { Bun: find("Bun"), Deno: find("Deno"), workerd: find("workerd") }
}

function isUpToDate(): boolean {
  const [wanted, present] = [manifests, folder].map((parent) => join(parent, "package-lock.json"))
  return (
    wanted !== undefined &&
    present !== undefined &&
    existsSync(present) &&
    readFileSync(present).equals(readFileSync(wanted))
  )
}

/** Installs them beside the folder and then replaces it, so that nobody finds half of them. */
async function install(): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(`${folder}-`)
  try {
    for (const name of ["package.json", "package-lock.json"]) {
      copyFileSync(join(manifests, name), join(fresh, name))
    }
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    const shell = process.platform === "win32"
    await promisify(execFile)("npm", ["ci", ...flags], { cwd: fresh, shell })
    rmSync(folder, { recursive: true, force: true })
    renameSync(fresh, folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}
