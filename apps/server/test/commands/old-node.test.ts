import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url))
const execute = promisify(execFile)

/** Runs the command in a Node that says it is another version. */
const runOn = (version: string) => {
  const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" })`
  const args = ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, main, "--help"]
  return execute(process.execPath, args).catch((error: unknown) => error)
}

test.for(["20.20.2", "22.22.0", "23.11.1"])(
  "on Node %s the command says in one line what it needs",
  async (version) => {
    expect(await runOn(version)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        new RegExp(`^Doorward needs Node.js 24 or newer, and this is ${version}\\. .*\\n$`),
      ),
    })
  },
)

test.for(["24.0.0", "25.1.0", "100.0.0"])("on Node %s it runs", async (version) => {
  expect(await runOn(version)).toMatchObject({ stdout: expect.stringContaining("Usage: doorward") })
})
