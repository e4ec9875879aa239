import { readdirSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"

const source = new URL("../src/", import.meta.url)

/** For each folder of the source, the folders that its files import from. */
const imports = new Map<string, Set<string>>()
for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
  const [folder = "", inner] = file.split(/[\\/]/)
  if (inner === undefined || !file.endsWith(".ts")) continue
  const url = new URL(file, source)
  const found = imports.get(folder) ?? new Set()
  imports.set(folder, found)
  for (const [, path = ""] of readFileSync(url, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
    const [target = ""] = new URL(path, url).href.slice(source.href.length).split("/")
    if (target !== folder) found.add(target)
  }
}

/** The table of the source's README, from top to bottom. */
const documented = readFileSync(new URL("README.md", source), "utf8")
  .split("\n")
  .map((line) => line.split("|").map(foldersIn))
  .flatMap(([, names, , from]) => (names?.[0] && from ? [{ folder: names[0], from }] : []))

function foldersIn(cell: string): string[] {
  return [...cell.matchAll(/`([\w-]+)\/`/g)].map(([, name = ""]) => name)
}

it("the source's README has every folder, and what it imports from", () => {
  const table = documented.map(({ folder, from }) => [folder, from.sort()])
  expect(Object.fromEntries(table)).toEqual(
    Object.fromEntries([...imports].map(([folder, from]) => [folder, [...from].sort()])),
  )
})

it("a folder imports only from folders below it", () => {
  const order = documented.map(({ folder }) => folder)
  for (const [index, folder] of order.entries()) {
    const below = order.slice(index + 1)
    expect([...(imports.get(folder) ?? [])].filter((name) => !below.includes(name))).toEqual([])
  }
})
