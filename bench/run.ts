import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"

const here = fileURLToPath(new URL(".", import.meta.url))
const names = readdirSync(here)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length))

const [name, ...parameters] = process.argv.slice(2)

if (name !== undefined && names.includes(name)) {
  const node = [process.execPath, "--expose-gc", `${here}${name}.ts`, ...parameters]
  const [command = "", ...rest] = onOneCore(node)
  const { status } = spawnSync(command, rest, { stdio: "inherit" })
  process.exitCode = status ?? 1
} else {
  process.stdout.write(
    `Usage: pnpm bench <name>, where <name> is one of\n  ${names.join("\n  ")}\n`,
  )
  process.exitCode = name === undefined ? 0 : 1
}

/** Ties the command to one core, thread pool and all, where the system can. */
function onOneCore(command: string[]): string[] {
  const tied = ["taskset", "--cpu-list", "0"]
  return spawnSync("taskset", ["--cpu-list", "0", "true"]).status === 0
    ? [...tied, ...command]
    : command
}
