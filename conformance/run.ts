import { readFileSync } from "node:fs"
import { join } from "node:path"
import { differences, readExpectedFailures } from "./expected.ts"
import { onLoopbackOnly } from "./loopback-only.ts"
import type { Found } from "./parts/part.ts"
import { PARTS } from "./parts/parts.ts"

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in PARTS))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}. Parts: ${Object.keys(PARTS).join(", ")}`)
  process.exit(2)
}
process.exitCode = (await onLoopbackOnly(import.meta.filename, names)) ?? (await main())

/** @returns the exit code. */
async function main(): Promise<number> {
  const expected = readExpectedFailures()
  const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8")
  let exitCode = 0
  for (const [name, part] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue
    const found: Found[] = []
    for await (const one of part()) {
      found.push(one)
      console.log(row(name, one))
      if (!readme.includes(row(name, one))) {
        console.error(`${name}: README.md has other figures`)
        exitCode = 1
      }
    }
    for (const line of differences(found, expected[name])) {
      console.error(`${name}: ${line}`)
      exitCode = 1
    }
  }
  return exitCode
}

function row(name: string, { revision, checks }: Found): string {
  const count = (wanted: string) => checks.filter(({ status }) => status === wanted).length
  return `| ${name} | ${revision ?? "any"} | ${count("SUCCESS")} | ${count("FAILURE")} |`
}
