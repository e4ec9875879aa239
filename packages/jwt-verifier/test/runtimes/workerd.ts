import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, posix } from "node:path"
import { readManifest } from "./installed-package.ts"

/** A folder with `worker.js`, and packages in its `node_modules`. */
export interface Installation {
  folder: string
  packages: readonly string[]
}

/** Runs the worker in workerd, the runtime of Cloudflare Workers, for as long as `use` takes. */
export async function withWorkerd<T>(
  program: string,
  installation: Installation,
  compatibilityFlags: readonly string[],
  use: (url: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "doorward-workerd-"))
  const config = configuration(installation, compatibilityFlags)
  writeFileSync(join(folder, "config.capnp"), config)
  const workerd = spawn(program, ["serve", "-I/", "--control-fd=3", "config.capnp"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  })
  const ended = new Promise((resolve) => workerd.once("close", resolve))
  try {
    const port = await Promise.race([
      portOf(workerd.stdio[3] as NodeJS.ReadableStream),
      ended.then(() => Promise.reject(new Error("workerd has ended"))),
    ])
    return await use(`http://127.0.0.1:${port}`)
  } finally {
    workerd.kill()
    await ended
    rmSync(folder, { recursive: true })
  }
}

/** The port that workerd reports. */
async function portOf(control: NodeJS.ReadableStream): Promise<number> {
  let text = ""
  for await (const chunk of control) {
    text += chunk
    for (const line of text.split("\n").filter((part) => part.endsWith("}"))) {
      const message = JSON.parse(line)
      if (message.event === "listen") return message.port
    }
  }
  throw new Error("workerd does not listen")
}

function configuration(
  { folder, packages }: Installation,
  compatibilityFlags: readonly string[],
): string {
  const files = [
    "worker.js",
    "verify-cases.js",
    ...packages.flatMap((name) => scriptsBelow(folder, `node_modules/${name}`)),
  ]
  const modules = [
    ...files.map((name) => `(name = "${name}", esModule = embed "${join(folder, name)}")`),
    ...packages.flatMap((name) => aliases(name, folder, files)),
  ]
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ${JSON.stringify(compatibilityFlags)},
  modules = [${modules.join(",\n    ")}],
);
`
}

/**
 * Modules that lead from the name of a package to its main one: workerd knows no `node_modules`, and
 * looks for the name beside each module that imports it.
 */
function aliases(name: string, folder: string, files: readonly string[]): string[] {
  const root = `node_modules/${name}`
  const main = posix.join(root, mainEntry(readManifest(join(folder, root)).exports))
  const importing = files.filter((file) =>
    readFileSync(join(folder, file), "utf8").includes(`from "${name}"`),
  )
  return [...new Set(importing.map((file) => dirname(file)))].map((from) => {
    const alias = posix.join(from, name)
    const target = posix.relative(dirname(alias), main)
    const source = JSON.stringify(
      `export * from "${target.startsWith(".") ? target : `./${target}`}"`,
    )
    return `(name = "${alias}", esModule = ${source})`
  })
}

/** The file that an `import` of the package loads. */
function mainEntry(exports: unknown): string {
  if (typeof exports === "string") return exports
  const { ".": main, import: module, default: other } = exports as Record<string, unknown>
  return mainEntry(main ?? module ?? other)
}

/** The paths of the JavaScript modules, from the folder on. */
function scriptsBelow(folder: string, path: string): string[] {
  return readdirSync(join(folder, path), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => posix.join(path, file.replaceAll("\\", "/")))
}
