import { spawn } from "node:child_process"
import { once } from "node:events"
import { globSync, readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parse } from "yaml"

/** What the suite found about one requirement. */
export interface Check {
  scenario: string
  id: string
  status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO"
  errorMessage?: string
}

export const REVISIONS = ["2025-11-25", "2026-07-28"] as const
export type Revision = (typeof REVISIONS)[number]

const require = createRequire(import.meta.url)
const folder = dirname(require.resolve("@modelcontextprotocol/conformance/package.json"))
const program = join(folder, "dist/index.js")

/** The scenarios that a revision of MCP requires of a server or a client. */
export function requiredScenarios(revision: Revision, leg: "server" | "client"): string[] {
  const lists = parse(readFileSync(join(folder, "requirements", `${revision}.yaml`), "utf8"))
  return lists[leg]
}

/**
 * Runs a command of the suite and collects its checks.
 *
 * @param onOutput is called with what it prints.
 */
export async function runSuite(
  args: readonly string[],
  onOutput: (chunk: string) => void = () => undefined,
): Promise<Check[]> {
  const results = await mkdtemp(join(tmpdir(), "doorward-conformance-"))
  try {
    const child = spawn(process.execPath, [program, ...args, "-o", results], { cwd: results })
    child.stdout.setEncoding("utf8").on("data", onOutput)
    child.stderr.setEncoding("utf8").on("data", onOutput)
    await once(child, "close")
    return globSync("**/checks.json", { cwd: results })
      .sort()
      .flatMap((path) => {
        const checks: Omit<Check, "scenario">[] = JSON.parse(
          readFileSync(join(results, path), "utf8"),
        )
        return checks.map((check) => ({ ...check, scenario: scenarioOf(path) }))
      })
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}

/** `server-auth/basic-2026-11-27T11-50-00-000Z/checks.json` is of `auth/basic`. */
const scenarioOf = (path: string) =>
  dirname(path)
    .replace(/^(server|client|authorization)-/, "")
    .replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "")
