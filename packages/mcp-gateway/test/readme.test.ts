import { readFileSync } from "node:fs"
import { readmeSnippet, runSnippet } from "@doorward/test-support/readme-snippet"
import { describe, expect, test } from "vitest"

const packageFolder = new URL("../", import.meta.url)
const readme = readFileSync(new URL("README.md", packageFolder), "utf8")
const source = (file: string) => readFileSync(new URL(`src/${file}`, packageFolder), "utf8")

function section(title: string): string {
  return readme.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? ""
}

function members(file: string, declaration: RegExp, member: RegExp): string[] {
  const [, text = ""] = declaration.exec(source(file)) ?? []
  return [...text.matchAll(member)].map(([, name = ""]) => name)
}

const ofInterface = (name: string) =>
  members("options.ts", new RegExp(`interface ${name} .*?\\{\n(.*?)\n\\}`, "s"), /^ {2}(\w+)\??:/gm)

describe("the README", () => {
  test("begins with a program that runs", async () => {
    expect(await runSnippet(packageFolder, readmeSnippet(packageFolder))).toBe(
      "/mcp leads to 127.0.0.1:9000\n",
    )
  })

  test("names every option of forwardTo, and no other", () => {
    const named = [...section("Options").matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    const options = [...ofInterface("BackendOptions"), ...ofInterface("ForwardToOptions")]
    expect(options.length).toBeGreaterThan(8)
    expect(named.sort()).toEqual(options.sort())
    for (const name of ofInterface("IdentityOptions")) {
      expect(section("Who is calling")).toContain(`\`identity.${name}\``)
    }
  })

  test("names every option of spawnServers, and no other", () => {
    const text = section("Servers that a command starts")
    const named = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    const options = [...ofInterface("BackendOptions"), ...ofInterface("SpawnServersOptions")]
    expect(named.sort()).toEqual(options.sort())
  })

  test("names every reason why a request goes no further", () => {
    const reasons = members("backend.ts", /BackendRefusal =\n(.*?)\n\n/s, /"(\w+)"/g)
    expect(reasons.length).toBeGreaterThan(3)
    for (const reason of reasons) {
      expect(section("When the backend fails")).toContain(`\`${reason}\``)
    }
  })
})
