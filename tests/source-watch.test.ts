import { link, mkdir, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { watchSources } from "../scripts/dev/source-watch.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** A watched folder with one file, and the changes that were reported, relative to it. */
async function watched() {
  const folder = await temporaryFolder({ "src/one.ts": "1" })
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const src = join(folder.path, "src")
  const changes: string[] = []
  watchSources([src], (files) => {
    changes.push(...files.map((file) => file.slice(src.length + 1).replaceAll("\\", "/")))
  })
  return { src, changes, beside: folder.path }
}

test("a file that is written, added, replaced or removed is reported", async () => {
  const { src, changes, beside } = await watched()
  await writeFile(join(src, "one.ts"), "22")
  await expect.poll(() => changes).toEqual(["one.ts"])
  await writeFile(join(src, "two.ts"), "2")
  await expect.poll(() => changes).toEqual(["one.ts", "two.ts"])
  await writeFile(join(beside, "new"), "333")
  await rename(join(beside, "new"), join(src, "one.ts"))
  await expect.poll(() => changes).toEqual(["one.ts", "two.ts", "one.ts"])
  await rm(join(src, "two.ts"))
  await expect.poll(() => changes).toEqual(["one.ts", "two.ts", "one.ts", "two.ts"])
})

test("a file in a new folder is reported, and its later changes too", async () => {
  const { src, changes } = await watched()
  await mkdir(join(src, "inner"))
  await writeFile(join(src, "inner/three.ts"), "3")
  await expect.poll(() => changes).toEqual(["inner/three.ts"])
  await writeFile(join(src, "inner/three.ts"), "33")
  await expect.poll(() => changes).toEqual(["inner/three.ts", "inner/three.ts"])
})

test("another hard link to a file is no change", async () => {
  const { src, changes, beside } = await watched()
  await link(join(src, "one.ts"), join(beside, "link.ts"))
  await writeFile(join(src, "two.ts"), "2")
  await expect.poll(() => changes).toEqual(["two.ts"])
})
