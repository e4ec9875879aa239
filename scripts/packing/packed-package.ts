import { readdir, readFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { readManifest } from "./pack.ts"

/**
 * What is wrong with a package as it would be published, one sentence each; empty if nothing is.
 *
 * @param packed the folder that the tarball unpacks to
 * @param source the folder in the repository that it was packed from
 */
export async function problemsOf(packed: string, source: string): Promise<string[]> {
  const files = await filesBelow(packed)
  const sources = (await filesBelow(join(source, "src"))).filter((file) => file.endsWith(".ts"))
  const { files: published } = await readManifest(source)
  return [
    ...problemsOfFiles(files, sources, published),
    ...(await problemsOfManifest(packed, source, files)),
    ...(await problemsOfImports(packed, files)),
  ]
}

/** @param published `files` of the manifest: what it names beside `dist` belongs to the package too. */
function problemsOfFiles(
  files: readonly string[],
  sources: readonly string[],
  published: readonly string[],
): string[] {
  const built = sources.flatMap((file) => {
    const name = `dist/${file.slice(0, -".ts".length)}`
    return [`${name}.js`, `${name}.d.ts`]
  })
  const others = published.filter((file) => !/^!?dist\b/.test(file))
  const wanted = ["LICENSE", "README.md", "package.json", ...others, ...built]
  return [
    ...wanted.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files
      .filter((file) => !wanted.includes(file))
      .map((file) => `${file} has no source in src (if it is stale, delete dist and build again)`),
  ]
}

async function problemsOfManifest(
  packed: string,
  source: string,
  files: readonly string[],
): Promise<string[]> {
  const [published, developed] = [await readManifest(packed), await readManifest(source)]
  const problems: string[] = []
  for (const [entry, target] of Object.entries(developed.exports)) {
    const name = String(target).replace(/^\.\/src\/(.*)\.ts$/, "./dist/$1")
    const wanted = { types: `${name}.d.ts`, default: `${name}.js` }
    if (JSON.stringify(published.exports[entry]) !== JSON.stringify(wanted)) {
      problems.push(`exports["${entry}"] is not ${JSON.stringify(wanted)}: see publishConfig`)
    }
  }
  for (const entry of Object.keys(published.exports)) {
    if (!(entry in developed.exports)) problems.push(`exports["${entry}"] is only in publishConfig`)
  }
  for (const [command, target] of Object.entries(published.bin)) {
    const file = target.replace(/^\.\//, "")
    const text = files.includes(file) ? await readFile(join(packed, file), "utf8") : ""
    if (!text.startsWith("#!/usr/bin/env node\n")) {
      problems.push(`bin["${command}"], ${target}, is not a file that starts with a node shebang`)
    }
  }
  const ranges = { ...published.dependencies, ...published.peerDependencies }
  for (const [name, range] of Object.entries(ranges)) {
    if (/^(workspace|catalog|file|link):/.test(range)) problems.push(`${name} is left at ${range}`)
  }
  return problems
}

/** Relative imports in the built JavaScript that still name a `.ts` file. */
async function problemsOfImports(packed: string, files: readonly string[]): Promise<string[]> {
  const problems: string[] = []
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    const text = await readFile(join(packed, file), "utf8")
    for (const [, specifier] of text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]*\.ts)"/g)) {
      problems.push(`${file} imports ${specifier}`)
    }
  }
  return problems
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort()
}
