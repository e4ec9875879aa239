import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, posix, relative } from "node:path"
import { fileURLToPath } from "node:url"

const packageFolder = fileURLToPath(new URL("../..", import.meta.url))
const require = createRequire(import.meta.url)
const joseFolder = dirname(require.resolve("jose"))

/** Runs the worker of these tests in workerd, the runtime of Cloudflare Workers, for as long as `use` takes. */
export async function withWorkerd<T>(
  binary: string,
  compatibilityFlags: readonly string[],
  use: (url: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "doorward-workerd-"))
  writeFileSync(join(folder, "config.capnp"), configuration(compatibilityFlags))
  const workerd = spawn(binary, ["serve", "-I/", "--control-fd=3", "config.capnp"], {
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

/** The port that workerd says it listens on. */
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

function configuration(compatibilityFlags: readonly string[]): string {
  const modules = [
    ...["worker.js", "verify-cases.js"].map((name) =>
      module(`test/runtimes/${name}`, join(packageFolder, "test/runtimes", name)),
    ),
    ...scripts(join(packageFolder, "dist")).map((file) =>
      module(relative(packageFolder, file), file),
    ),
    ...scripts(joseFolder).map((file) => module(`jose/${relative(joseFolder, file)}`, file)),
    ...joseAliases(),
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

function module(name: string, file: string): string {
  return `(name = ${JSON.stringify(name)}, esModule = embed ${JSON.stringify(file)})`
}

/** workerd has no node_modules: it looks for "jose" beside the module that imports it. */
function joseAliases(): string[] {
  const folders = new Set(
    scripts(join(packageFolder, "dist"))
      .filter((file) => readFileSync(file, "utf8").includes('from "jose"'))
      .map((file) => dirname(relative(packageFolder, file))),
  )
  return [...folders].map((folder) => {
    const target = posix.relative(folder, "jose/index.js")
    const source = `export * from ${JSON.stringify(target)}`
    return `(name = "${folder}/jose", esModule = ${JSON.stringify(source)})`
  })
}

function scripts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(folder, file))
}
