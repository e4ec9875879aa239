import { existsSync, globSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { describe, expect, test } from "vitest"
import { repository } from "./temporary-folder.ts"

const read = (file: string) => readFile(join(repository, file), "utf8")

const folders = "{packages,apps,docs,deploy,bench,conformance,.github,.changeset}"
const documents = globSync(["*.md", `${folders}/**/*.md`], {
  cwd: repository,
  exclude: ["**/node_modules", "**/dist"],
})

/** The text without its code blocks, whose brackets are not links. */
const prose = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, "")

/** Where the links of a document go that are not URLs. */
const linksOf = (text: string) =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))

/** The anchors that GitHub gives to a document's headings. */
const anchorsOf = (text: string) =>
  [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/\]\([^)]*\)/g, "")
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  )

async function isBroken(document: string, link: string): Promise<boolean> {
  const [path = "", anchor] = link.split("#")
  const target = path === "" ? document : join(dirname(document), path)
  if (!existsSync(join(repository, target))) return true
  return anchor !== undefined && !anchorsOf(await read(target)).includes(anchor)
}

async function brokenLinks(document: string, text: string): Promise<string[]> {
  const broken: string[] = []
  for (const link of linksOf(text)) if (await isBroken(document, link)) broken.push(link)
  return broken
}

/** Paths below `packages/` or `apps/` that a document names, as seen from the root, and that do not exist. */
const missingPaths = (text: string) =>
  [...text.matchAll(/(?<![\w./-])(?:packages|apps)\/[\w@./{},*-]+/g)]
    .map(([path]) => path.replace(/[.,]+$/, ""))
    .filter((path) => globSync(path, { cwd: repository }).length === 0)

describe("documents", () => {
  test.for(documents)("%s: every link and path leads somewhere", async (document) => {
    const text = await read(document)
    expect(await brokenLinks(document, text)).toEqual([])
    expect(missingPaths(text)).toEqual([])
  })

  test("are all looked at", () => {
    expect(documents).toEqual(
      expect.arrayContaining(["README.md", "docs/entra.md", "packages/oauth-core/README.md"]),
    )
  })

  test("a link or path that leads nowhere is noticed", async () => {
    const links = "[a](docs/entra.md) [b](docs/no.md) [c](docs/entra.md#no) [d](#a-heading)"
    expect(await brokenLinks("README.md", links)).toEqual([
      "docs/no.md",
      "docs/entra.md#no",
      "#a-heading",
    ])
    const paths = "packages/oauth-core/src/{index,no}.ts, apps/server, and `packages/no/src/no.ts`."
    expect(missingPaths(paths)).toEqual(["packages/no/src/no.ts"])
  })
})

describe("docs/architecture.md", async () => {
  const architecture = await read("docs/architecture.md")
  const section = (heading: string) =>
    architecture.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? ""
  const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)

  test("says of every package which of the others it depends on", async () => {
    const documented = Object.fromEntries(
      [...section("The packages").matchAll(/^\| \[`([\w-]+)`\].* \| (.*) \|$/gm)].map(
        ([, name = "", uses = ""]) => [name, quoted(uses).sort()],
      ),
    )
    const actual = Object.fromEntries(
      await Promise.all(
        globSync("{packages,apps}/*/package.json", { cwd: repository }).map(async (file) => {
          const { dependencies = {} } = JSON.parse(await read(file))
          const own = Object.keys(dependencies).filter((name) => name.startsWith("@doorward/"))
          const name = file.split("/").at(-2) ?? ""
          return [name, own.map((each) => each.replace("@doorward/", "")).sort()] as const
        }),
      ),
    )
    expect(documented).toEqual(actual)
  })

  test("answers where something is with a file that has what it names", async () => {
    const rows = [
      ...section("Where is …?").matchAll(/^\| .* \| \[`[^`]+`\]\(([^)]+)\), (.*) \|$/gm),
    ]
    expect(rows.length).toBeGreaterThanOrEqual(10)
    for (const [, path = "", names = ""] of rows) {
      const file = await read(join("docs", path))
      for (const name of quoted(names)) expect(file, path).toMatch(new RegExp(`\\b${name}\\b`))
    }
  })
})

test("docs/decisions/README.md lists every record", async () => {
  const records = globSync("docs/decisions/[0-9]*.md", { cwd: repository })
  const listed = linksOf(await read("docs/decisions/README.md"))
  expect(listed.filter((link) => /^\d/.test(link)).sort()).toEqual(
    records.map((file) => relative("docs/decisions", file)).sort(),
  )
})
