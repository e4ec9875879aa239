#!/usr/bin/env node
import { existsSync } from "node:fs"
import { nodeProblem } from "./node-version.ts"

const problem = nodeProblem(process.versions.node)
if (problem === undefined) await main()
else {
  console.error(problem)
  process.exitCode = 1
}

/** Everything that an older Node cannot load is imported here. */
async function main() {
  const { enableCompileCache } = await import("node:module")
  enableCompileCache()
  if (existsSync(".env")) process.loadEnvFile(".env")
  const { runCommand } = await import("./commands/run-command.ts")
  process.exitCode = await runCommand(
    process.argv.slice(2),
    { environment: process.env, print: (line) => console.log(line) },
    (line) => console.error(line),
  )
}
