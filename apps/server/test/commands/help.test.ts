import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { commands } from "../../src/commands/commands.ts"
import { runCommandHere } from "../support/run-doorward.ts"
import { startDoorward } from "../support/running-doorward.ts"

const here = (...args: string[]) => runCommandHere(args, {})

describe("--help", () => {
  test.each(commands)(
    "after $words, says how to use it, with an example",
    async ({ words, options = [], examples }) => {
      const { code, output, errors } = await here(...words.split(" "), "--help")
      expect({ code, errors }).toEqual({ code: 0, errors: "" })
      expect(output).toMatch(new RegExp(`^Usage: doorward ${words}`))
      for (const [option] of options) expect(output).toContain(`\n  ${option} `)
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) expect(output).toContain(`\n  ${example}\n`)
      expect(await here("help", ...words.split(" "))).toEqual({ code, output, errors })
    },
  )

  test.each(["keys", "clients", "grants", "store"])(
    "after %s, lists its commands",
    async (group) => {
      const { code, output } = await here(group, "--help")
      expect(code).toBe(0)
      expect(output).toMatch(new RegExp(`^Usage: doorward ${group} <command>\n`))
      const listed = [...output.matchAll(/^ {2}(\w+ \w+)/gm)].map(([, words]) => words)
      expect(listed).toEqual(
        commands.map(({ words }) => words).filter((words) => words.startsWith(`${group} `)),
      )
    },
  )

  test("alone, lists every command", async () => {
    const { code, output } = await here("--help")
    expect(code).toBe(0)
    for (const { words } of commands) expect(output).toContain(`\n  ${words} `)
    expect(await here("help")).toEqual({ code, output, errors: "" })
  })

  test("is left to the command after --", async () => {
    const { code, output, errors } = await here("--", "--help")
    expect({ code, output }).toEqual({ code: 1, output: "" })
    expect(errors).toContain("AZURE_TENANT_ID is missing")
  })
})

test("--version is that of the package, in a process of its own", async () => {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8")
  const doorward = await startDoorward(["--version"])
  expect(await doorward.exit).toBe(0)
  expect(doorward.output()).toBe(`${JSON.parse(manifest).version}\n`)
})

test.each([
  [["clents", "list"], "There is no command clents list. Did you mean clients list?"],
  [["clients"], "There is no command clients. Did you mean clients list?"],
  [["keys", "rotat", "--now"], "There is no command keys rotat. Did you mean keys rotate?"],
  [["grants", "end", "--usr", "x"], "--usr is not an option of this command; did you mean --user?"],
  [
    ["store", "reseal", "--confg", "x"],
    "--confg is not an option of this command; did you mean --config?",
  ],
  [["store", "reseal", "now"], "Unexpected argument 'now'"],
])("%j is refused, with the nearest that there is", async (args, problem) => {
  const { code, output, errors } = await here(...args)
  expect({ code, output }).toEqual({ code: 2, output: "" })
  expect(errors.startsWith(problem)).toBe(true)
  expect(errors).toContain("Usage: doorward")
})
