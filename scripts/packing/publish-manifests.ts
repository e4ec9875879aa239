import { glob, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"

const manifestSchema = z.looseObject({
  bin: z.unknown().optional(),
  publishConfig: z.object({ exports: z.unknown(), bin: z.unknown().optional() }),
})

/** Gives the server in a folder, and Doorward's packages below it, the `exports` and `bin` of published ones. */
export async function publishManifests(folder: string): Promise<void> {
  const own = "{.,node_modules/.pnpm/@doorward+*/node_modules/@doorward/*}/package.json"
  for await (const file of glob(own, { cwd: folder })) await publishManifest(join(folder, file))
}

async function publishManifest(path: string): Promise<void> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path, "utf8")))
  const { exports, bin } = manifest.publishConfig
  // pnpm may have made a hard link to the manifest in the workspace, which must stay as it is.
  await rm(path)
  await writeFile(path, JSON.stringify({ ...manifest, exports, bin }, null, 2))
}
