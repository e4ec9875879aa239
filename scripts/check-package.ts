/**
 * Checks the package in the working directory as npm would publish it: packs it, reads the tarball,
 * and has publint and attw judge it. Its `dist` must be built.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pack } from "./packing/pack.ts"
import { problemsOf } from "./packing/packed-package.ts"
import { run } from "./packing/run.ts"

const source = process.cwd()
const folder = await mkdtemp(join(tmpdir(), "doorward-pack-"))
try {
  const tarball = await pack(source, folder)
  await run("tar", ["-xzf", tarball], folder)
  const problems = await problemsOf(join(folder, "package"), source)
  for (const [judge, ...args] of [
    ["publint", "run", tarball, "--strict"],
    ["attw", tarball, "--profile", "esm-only", "--no-definitely-typed", "--format", "ascii"],
  ] as const) {
    await run(judge, args, folder).catch((error: Error) => problems.push(error.message))
  }
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true })
}
