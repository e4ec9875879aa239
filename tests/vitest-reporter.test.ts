import { symlink } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { runCommand } from "./run-command.ts"
import { repository, temporaryFolder } from "./temporary-folder.ts"

const config = `
  import { defineConfig } from "vitest/config"
  import { TotalsReporter } from ${JSON.stringify(join(repository, "scripts/vitest-reporter.ts"))}
  export default defineConfig({
    test: { name: "fixture", isolate: false, reporters: ["default", new TotalsReporter()] },
  })
`
const imports = `import { afterAll, beforeAll, describe, expect, test } from "vitest"\n`

/** Runs vitest on the sources and gives its exit code and the lines that the reporter closes with. */
async function runVitest(sources: Readonly<Record<string, string>>, ...args: string[]) {
  const files = Object.entries(sources).map(([name, source]) => [
    `${name}.test.ts`,
    imports + source,
  ])
  await using folder = await temporaryFolder({
    "package.json": `{ "type": "module" }`,
    "vitest.config.ts": config,
    ...Object.fromEntries(files),
  })
  await symlink(join(repository, "node_modules"), join(folder.path, "node_modules"))
  const vitest = join(repository, "node_modules/vitest/vitest.mjs")
  const { code, stdout } = await runCommand(process.execPath, [vitest, "run", ...args], folder.path)
  const lines = stdout.trimEnd().split("\n")
  const last = lines.pop()
  return { code, last, skipped: lines.pop() }
}

describe.concurrent("the closing line of a test run", () => {
  test("counts what passed, and does not mention skipped tests if there are none", async () => {
    const run = await runVitest({ a: `test("one", () => {})`, b: `test("two", () => {})` })
    expect(run).toEqual({ code: 0, last: "2 passed, 0 failed", skipped: "" })
  })

  test("counts a failed test", async () => {
    const run = await runVitest({
      a: `test("good", () => {})
          test("bad", () => expect(1).toBe(2))`,
    })
    expect(run).toMatchObject({ code: 1, last: "1 passed, 1 failed" })
  })

  test("names the skipped tests on a line before, with the reason, and a suite once", async () => {
    const run = await runVitest({
      a: `test("good", () => {})
          test.skip("one\\nname", () => {})
          test("two", (context) => context.skip("no server"))
          describe("three", () => {
            test("runs", () => {})
            test.todo("later")
          })
          describe.skip("four", () => {
            test("first", () => {})
            test("second", () => {})
          })`,
      b: `test.skip("five", () => {})
          test.skip("six", () => {})`,
    })
    expect(run).toEqual({
      code: 0,
      last: "2 passed, 0 failed",
      skipped:
        "7 skipped: one name; two (no server); three > later; four (2); fixture b.test.ts (2)",
    })
  })

  test("does not name the tests that a name filter left out", async () => {
    const source = `test("this", () => {})
                    test("that", () => {})`
    const run = await runVitest({ a: source }, "-t", "this")
    expect(run).toEqual({ code: 0, last: "1 passed, 0 failed", skipped: "1 skipped" })
  })

  test("counts each file that does not load, or holds no test, as failed", async () => {
    const run = await runVitest({
      absent: `import "./nowhere.ts"`,
      unparsable: `test("one", () => {`,
      throwing: `throw new Error("on load")`,
      empty: `export const nothing = 1`,
      good: `test("good", () => {})`,
    })
    expect(run).toMatchObject({ code: 1, last: "1 passed, 4 failed" })
  })

  test("counts every unhandled error as failed, though every test passed", async () => {
    const run = await runVitest({
      a: `test("one", () => {
            setTimeout(() => { throw new Error("thrown late") })
            void Promise.reject(new Error("nobody waits"))
          })
          test("two", () => new Promise((resolve) => setTimeout(resolve, 50)))`,
    })
    expect(run).toMatchObject({ code: 1, last: "2 passed, 2 failed" })
  })

  test("counts a hook that throws as failed, and not the tests it kept from running as passed", async () => {
    const run = await runVitest({
      a: `describe("before", () => {
            beforeAll(() => { throw new Error("before") })
            test("one", () => {})
            test("two", () => {})
          })
          describe("after", () => {
            afterAll(() => { throw new Error("after") })
            test("three", () => {})
          })`,
    })
    expect(run).toEqual({
      code: 1,
      last: "1 passed, 2 failed",
      skipped: "2 skipped: before (2)",
    })
  })

  test("counts tests that never finished as failed when their process dies", async () => {
    const run = await runVitest({
      a: `test("good", () => {})
          test("dies", () => process.kill(process.pid, "SIGKILL"))
          test("never starts", () => {})`,
    })
    expect(run).toMatchObject({ code: 1 })
    expect(run.last).toMatch(/^[01] passed, [34] failed$/)
  })

  test("claims nothing when no file was found", async () => {
    const run = await runVitest({ a: `test("good", () => {})` }, "nowhere")
    expect(run).toMatchObject({ code: 1, last: "0 passed, 0 failed" })
  })
})
