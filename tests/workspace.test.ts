import { access, readFile } from "node:fs/promises"
import { basename, join, relative, sep } from "node:path"
import { describe, expect, test } from "vitest"
import { publishedPackages } from "../scripts/packing/pack.ts"
import { repository } from "./temporary-folder.ts"

const published = await publishedPackages(repository)
/** The one package outside the scope: its name is what people type. */
const command = join(repository, "apps/server")
const project = "https://github.com/doorward/doorward"

test.for(["pnpm-lock.yaml", "packages/jwt-verifier/test/runtimes/programs/package-lock.json"])(
  "%s records no download addresses",
  async (file) => {
    const lockfile = await readFile(join(repository, file), "utf8")
    expect(lockfile).toMatch(/"?integrity"?: "?sha512-/)
    expect(lockfile).not.toMatch(/https?:\/\//)
  },
)

describe("the manifests of the published packages", () => {
  test.for(published.map((folder) => [basename(folder), folder] as const))(
    "%s",
    async ([, folder]) => {
      const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"))
      expect(manifest).toMatchObject({
        name: folder === command ? "doorward" : `@doorward/${basename(folder)}`,
        license: "MIT",
        type: "module",
        sideEffects: false,
        engines: { node: expect.stringMatching(/^>=\d+(\.\d+)*$/) },
        files: expect.arrayContaining(["dist", "!dist/.tsbuildinfo"]),
        publishConfig: { access: "public", provenance: true },
      })
      expect(manifest.description).toMatch(/\w/)
      const directory = relative(repository, folder).replaceAll(sep, "/")
      expect(manifest).toMatchObject({
        repository: { type: "git", url: `git+${project}.git`, directory },
        homepage: `${project}/tree/main/${directory}#readme`,
        bugs: { url: `${project}/issues` },
      })
      expect(manifest.keywords.length).toBeGreaterThan(2)
      for (const target of Object.values<string>(manifest.exports)) {
        await access(join(folder, target))
      }
    },
  )
})
