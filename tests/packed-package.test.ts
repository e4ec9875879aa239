import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { problemsOf } from "../scripts/packing/packed-package.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const manifest = { name: "@doorward/fixture", engines: { node: ">=24" } }
const source = {
  "src/index.ts": "",
  "src/main.ts": "",
  "package.json": JSON.stringify({
    ...manifest,
    exports: { ".": "./src/index.ts" },
    bin: { fixture: "./src/main.ts" },
  }),
}
const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } }
const published = { ...manifest, exports, bin: { fixture: "./dist/main.js" } }
const packed = {
  LICENSE: "",
  "README.md": "",
  "dist/index.js": `export { run } from "./main.js"`,
  "dist/index.d.ts": `export { run } from "./main.ts"`,
  "dist/main.js": "#!/usr/bin/env node\n",
  "dist/main.d.ts": "",
  "package.json": JSON.stringify(published),
}

/** The problems of the good package above, with some of its packed files replaced or (`undefined`) left out. */
async function problemsWith(
  changes: Readonly<Record<string, string | undefined>>,
  inManifest: Readonly<Record<string, unknown>> = {},
) {
  const files = Object.entries({ ...packed, ...changes }).flatMap(([file, text]) =>
    text === undefined ? [] : [[`packed/${file}`, text]],
  )
  const manifest = JSON.stringify({ ...JSON.parse(source["package.json"]), ...inManifest })
  const sources = Object.entries({ ...source, "package.json": manifest }).map(([file, text]) => [
    `source/${file}`,
    text,
  ])
  await using folder = await temporaryFolder(Object.fromEntries([...files, ...sources]))
  return await problemsOf(join(folder.path, "packed"), join(folder.path, "source"))
}

describe("the check of a packed package", () => {
  test("finds nothing wrong with a good one", async () => {
    expect(await problemsWith({})).toEqual([])
  })

  test.for(["LICENSE", "README.md", "dist/index.js", "dist/index.d.ts"])(
    "misses %s",
    async (file) => {
      expect(await problemsWith({ [file]: undefined })).toEqual([`${file} is missing`])
    },
  )

  test("misses and takes what the manifest names beside dist", async () => {
    const files = ["dist", "!dist/.tsbuildinfo", "fixture.schema.json"]
    const changes = { "fixture.schema.json": "{}" }
    expect(await problemsWith(changes, { files })).toEqual([])
    expect(await problemsWith({}, { files })).toEqual(["fixture.schema.json is missing"])
  })

  test.for(["src/index.ts", "test/index.test.ts", "dist/.tsbuildinfo", "dist/removed.js"])(
    "refuses %s, which is not built from the sources",
    async (file) => {
      expect(await problemsWith({ [file]: "" })).toEqual([
        `${file} has no source in src (if it is stale, delete dist and build again)`,
      ])
    },
  )

  test("refuses exports whose publishConfig does not replace src by dist", async () => {
    const manifests = [
      { ...published, exports: { ".": "./src/index.ts" } },
      { ...published, exports: { ...exports, "./more": "./dist/more.js" } },
    ]
    const [unchanged, more] = await Promise.all(
      manifests.map((one) => problemsWith({ "package.json": JSON.stringify(one) })),
    )
    expect(unchanged).toEqual([expect.stringMatching(/^exports\["\."\] is not .*index\.d\.ts/)])
    expect(more).toEqual([`exports["./more"] is only in publishConfig`])
  })

  test("refuses a command whose file is missing or has no shebang", async () => {
    const withoutShebang = await problemsWith({ "dist/main.js": "" })
    expect(withoutShebang).toEqual([expect.stringContaining(`bin["fixture"], ./dist/main.js`)])
    const elsewhere = { ...published, bin: { fixture: "./dist/other.js" } }
    const missing = await problemsWith({ "package.json": JSON.stringify(elsewhere) })
    expect(missing).toEqual([expect.stringContaining(`bin["fixture"], ./dist/other.js`)])
  })

  test("refuses ranges that only the workspace understands", async () => {
    const ranges = {
      dependencies: { a: "catalog:", b: "^1.0.0" },
      peerDependencies: { c: "workspace:^" },
    }
    const problems = await problemsWith({
      "package.json": JSON.stringify({ ...published, ...ranges }),
    })
    expect(problems).toEqual(["a is left at catalog:", "c is left at workspace:^"])
  })

  test.for([`import "./main.ts"`, `export { a } from "./main.ts"`, `await import("./main.ts")`])(
    "refuses %s in built JavaScript",
    async (text) => {
      expect(await problemsWith({ "dist/index.js": text })).toEqual([
        "dist/index.js imports ./main.ts",
      ])
    },
  )
})
