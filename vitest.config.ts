import { globSync, readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { dirname, join } from "node:path"
import { defineConfig } from "vitest/config"
import { TotalsReporter } from "./scripts/vitest-reporter.ts"

const root = import.meta.dirname

// For the many processes that tests start: with it, one takes half the time to load its code.
process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules/.cache/compiled")

/**
 * One project per workspace package, under its name, and one for the repository's own tests.
 *
 * `extends: true` is what carries `isolate: false` over: a project given by its folder alone would not
 * inherit it, and would start a process for every file.
 */
const projects = [
  ...globSync(["packages/*/package.json", "apps/*/package.json", "conformance/package.json"], {
    cwd: root,
  })
    .sort()
    .map((manifest) => ({
      name: String(JSON.parse(readFileSync(join(root, manifest), "utf8")).name),
      root: join(root, dirname(manifest)),
      include: ["test/**/*.test.ts"],
    })),
  { name: "repository", root, include: ["tests/**/*.test.ts"] },
]

export default defineConfig({
  test: {
    isolate: false,
    // Many tests wait for other processes; on two cores the default is one worker, which waits with them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // These only end a wait that would have no end: no test is to fail because the machine is busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: [
      "default",
      ...(process.env.GITHUB_ACTIONS ? ["github-actions"] : []),
      new TotalsReporter(),
    ],
    projects: projects.map(({ root, ...test }) => ({ extends: true as const, root, test })),
  },
})
