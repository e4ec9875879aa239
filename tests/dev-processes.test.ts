import { link, mkdir, mkdtemp, rm, stat, utimes } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, onTestFinished, test } from "vitest"
import { freePorts, runDev } from "./run-dev.ts"
import { repository } from "./temporary-folder.ts"

describe.skipIf(process.platform === "win32")("the end", () => {
  test("comes with its reader: dev | head -3 leaves no process", async () => {
    const { env } = await freePorts()
    const dev = await runDev([], { env, reader: "head -3" })
    await dev.exit
    await expect.poll(dev.processes).toBe(0)
    expect(dev.output().trim().split("\n")).toHaveLength(3)
  }, 120_000)

  test.each(["SIGHUP", "SIGTERM", "SIGKILL"] as const)(
    "comes with %s to it alone, and no process is left",
    async (signal) => {
      const { env } = await freePorts()
      const dev = await runDev([], { env })
      await dev.says("listens on")
      expect(dev.processes()).toBe(4)
      dev.child.kill(signal)
      expect(await dev.exit).toBe(signal === "SIGKILL" ? null : 0)
      await expect.poll(dev.processes).toBe(0)
    },
    120_000,
  )
})

describe("the watch", () => {
  /** A folder on the file system of the repository, so that files can be linked into it. */
  async function folderBeside(): Promise<string> {
    const cache = join(repository, "node_modules/.cache")
    await mkdir(cache, { recursive: true })
    const folder = await mkdtemp(join(cache, "links-"))
    onTestFinished(() => rm(folder, { recursive: true }))
    return folder
  }

  test("a changed source restarts what runs it, and a new hard link restarts nothing", async () => {
    const { env, client } = await freePorts()
    const dev = await runDev([], { env })
    await dev.says("Ctrl-C ends it")

    const folder = await folderBeside()
    const dependency = fileURLToPath(import.meta.resolve("zod"))
    await link(dependency, join(folder, "dependency.js"))
    await link(join(repository, "apps/server/src/main.ts"), join(folder, "source.ts"))
    // Longer than the watch takes to notice.
    await new Promise((resolve) => setTimeout(resolve, 1000))

    const source = join(repository, "apps/test-client/src/main.ts")
    const { atime } = await stat(source)
    await utimes(source, atime, new Date())
    await dev.says("test-client is ready again.")
    expect(dev.output().match(/^.*restart.*$/gim)).toEqual([
      `test-client restarts: ${join("apps", "test-client", "src", "main.ts")} has changed.`,
    ])
    expect((await fetch(`http://127.0.0.1:${client}/`)).status).toBe(200)
  }, 120_000)
})
