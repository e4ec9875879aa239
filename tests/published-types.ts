import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import {
  API,
  type Checker,
  SymbolFlags,
  type Symbol as TypeScriptSymbol,
} from "typescript/unstable/sync"
import { temporaryFolder } from "./temporary-folder.ts"

/** One entry of a published package: what an import names, and the declarations that it gets. */
export interface Entry {
  name: string
  /** The name of its package's folder. */
  folder: string
  declarations: string
}

/** The entries of a package, as its users get them. */
export function entriesOf(folder: string): Entry[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const published: Record<string, { types: string }> = manifest.publishConfig.exports
  return Object.entries(published).map(([entry, { types }]) => ({
    name: manifest.name + entry.slice(1),
    folder: basename(folder),
    declarations: join(folder, types),
  }))
}

/**
 * Opens a scratch project that imports the built packages, and lets TypeScript answer for it.
 *
 * @param source the program's text.
 */
export async function inScratchProject<T>(
  entries: readonly Entry[],
  source: string,
  read: (program: { checker: Checker; file: string }) => T,
): Promise<T> {
  const paths = Object.fromEntries(entries.map(({ name, declarations }) => [name, [declarations]]))
  const compilerOptions = {
    noEmit: true,
    strict: true,
    target: "es2024",
    lib: ["es2024", "dom", "dom.iterable"],
    module: "nodenext",
    types: [],
    paths,
  }
  await using folder = await temporaryFolder({
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["program.ts"] }),
    "program.ts": source,
  })
  const api = new API()
  try {
    const config = join(folder.path, "tsconfig.json")
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
    if (!project) throw new Error("TypeScript did not open the project")
    return read({ checker: project.checker, file: join(folder.path, "program.ts") })
  } finally {
    api.close()
  }
}

/** The symbol behind an import or a re-export. */
export const resolved = (symbol: TypeScriptSymbol, checker: Checker): TypeScriptSymbol =>
  symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
