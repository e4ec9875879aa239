import { expect, test } from "vitest"
import { ConfigurationError, spawnServers } from "../../src/index.ts"

function problems(...given: Parameters<typeof spawnServers>): string {
  try {
    spawnServers(...given)
    return ""
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return Object(error).message
  }
}

test("a backend has the name of its command, unless it has another", () => {
  expect(spawnServers(["/usr/bin/files", "--root", "/"]).name).toBe("files")
  expect(spawnServers(["files"], { name: "mine" }).name).toBe("mine")
})

test("every mistake in the options is told at once", () => {
  const environment = { DOORWARD_SUBJECT: "root" }
  const text = problems([], { environment, maxProcesses: 0, startSeconds: -1, cwd: "" })
  for (const option of ["command", "environment", "maxProcesses", "startSeconds", "cwd"]) {
    expect(text).toContain(option)
  }
})

test.for([
  ["DOORWARD_", { doorward_email: "a@example.com" }],
  ["NUL", { KEY: "a\0b" }],
  ["names of variables", { "A=B": "c" }],
  ["texts", { KEY: 1 as unknown as string }],
] as const)("the environment is refused for %s", ([text, environment]) => {
  expect(problems(["files"], { environment })).toContain(text)
})

test("a command without a program is refused", () => {
  expect(problems([""])).toContain("program")
  expect(problems(["files", "a\0b"])).toContain("NUL")
})
