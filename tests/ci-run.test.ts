import { chmod, cp } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { describe, expect, test } from "vitest"
import { runCommand } from "./run-command.ts"
import { repository, temporaryFolder } from "./temporary-folder.ts"

/** What a step prints and exits with; by default it prints nothing and exits with 0. */
type Steps = Readonly<Record<string, { prints?: string; exits?: number }>>

/**
 * Runs the script in a folder where `npx` only plays the steps and the machine needs nothing.
 *
 * @returns its exit code, its last two lines, and the commands that it ran.
 */
async function ciRun(steps: Steps) {
  const cases = Object.entries(steps).map(
    ([command, { prints = "", exits = 0 }]) =>
      `"${command}") printf '%b' ${JSON.stringify(prints)}; exit ${exits} ;;`,
  )
  await using folder = await temporaryFolder({
    "bin/npx": `#!/usr/bin/env bash\necho "ran: $3"\ncase "$3" in\n${cases.join("\n")}\nesac\n`,
    ".ci/prepare-machine": "#!/usr/bin/env bash\n",
  })
  await cp(join(repository, ".ci/run"), join(folder.path, ".ci/run"))
  for (const file of ["bin/npx", ".ci/prepare-machine"]) await chmod(join(folder.path, file), 0o755)
  const path = `${join(folder.path, "bin")}${delimiter}${process.env.PATH}`
  const { code, stdout } = await runCommand("bash", [".ci/run"], folder.path, { PATH: path })
  const lines = stdout.trimEnd().split("\n")
  const ran = lines.flatMap((line) => (line.startsWith("ran: ") ? [line.slice(5)] : []))
  return { code, closing: lines.slice(-2), ran }
}

const everything = [
  "install",
  "lint",
  "typecheck",
  "conformance",
  "build",
  "check:packages",
  "test",
]

describe.skipIf(process.platform === "win32")(".ci/run", () => {
  test("ends with the totals of the tests when every step succeeds", async () => {
    const run = await ciRun({ test: { prints: "1 skipped: one\n12 passed, 0 failed\n" } })
    expect(run).toEqual({ code: 0, closing: ["", "12 passed, 0 failed"], ran: everything })
  })

  test.for(["lint", "typecheck", "conformance", "build"])(
    "fails with %s, and still runs the tests",
    async (step) => {
      const run = await ciRun({ [step]: { exits: 1 }, test: { prints: "12 passed, 0 failed\n" } })
      expect(run).toEqual({
        code: 1,
        closing: [`failed steps: ${step}`, "12 passed, 0 failed"],
        ran: everything.filter((one) => step !== "build" || one !== "check:packages"),
      })
    },
  )

  test("takes the last totals, not those that a test printed", async () => {
    const prints = "99 passed, 0 failed\nnoise\n3 passed, 1 failed\n"
    const run = await ciRun({ test: { prints, exits: 1 } })
    expect(run).toMatchObject({ code: 1, closing: ["failed steps: test", "3 passed, 1 failed"] })
  })

  test("counts a test run that broke outside its tests as one failure", async () => {
    const silent = await ciRun({ test: { prints: "Segmentation fault\n", exits: 139 } })
    expect(silent).toMatchObject({ code: 1, closing: ["failed steps: test", "0 passed, 1 failed"] })
    const teardown = await ciRun({ test: { prints: "3 passed, 0 failed\n", exits: 1 } })
    expect(teardown).toMatchObject({
      code: 1,
      closing: ["failed steps: test", "3 passed, 1 failed"],
    })
  })

  test("runs nothing, and claims nothing, if the installation failed", async () => {
    const run = await ciRun({ install: { exits: 1 } })
    expect(run).toEqual({
      code: 1,
      closing: ["failed steps: install", "0 passed, 1 failed"],
      ran: ["install"],
    })
  })
})
