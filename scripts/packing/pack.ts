import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { run } from "./run.ts"

/** What the checks read of a `package.json`. */
const manifestSchema = z.object({
  name: z.string(),
  private: z.boolean().default(false),
  engines: z.object({ node: z.string() }),
  files: z.array(z.string()).default([]),
  exports: z.record(z.string(), z.unknown()).default({}),
  bin: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).default({}),
})
export type Manifest = z.infer<typeof manifestSchema>

export async function readManifest(folder: string): Promise<Manifest> {
  return manifestSchema.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")))
}

/** The folders of every package of the workspace that gets published. */
export async function publishedPackages(repository: string): Promise<string[]> {
  const folders: string[] = []
  for (const parent of ["packages", "apps"]) {
    for (const name of (await readdir(join(repository, parent))).sort()) {
      const folder = join(repository, parent, name)
      if (!(await readManifest(folder)).private) folders.push(folder)
    }
  }
  return folders
}

/** Packs a built package as it would be published, and gives the path of the tarball. */
export async function pack(folder: string, destination: string): Promise<string> {
  const args = ["pack", "--json", "--pack-destination", destination]
  const { filename } = z
    .object({ filename: z.string() })
    .parse(JSON.parse(await run("pnpm", args, folder)))
  return filename
}
