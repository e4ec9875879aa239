import { type Dirent, existsSync, type FSWatcher, readdirSync, statSync, watch } from "node:fs"
import { join } from "node:path"

/** Changes that come this close after each other are reported together, in milliseconds. */
const pause = 100

/**
 * Watches the files in folders, and reports those that were changed, added or removed.
 *
 * The file system also reports what is not a change, such as a new hard link to a file: a file counts
 * as changed if its modification time or its size is another. The watch does not keep the process alive.
 */
export function watchSources(
  folders: readonly string[],
  onChange: (files: readonly string[]) => void,
): void {
  const watchers = new Map<string, FSWatcher>()
  let before = readSources(folders)
  let timer: NodeJS.Timeout | undefined

  function watchAll(): void {
    for (const folder of before.folders) {
      if (watchers.has(folder)) continue
      const watcher = watch(folder, { persistent: false }, () => {
        clearTimeout(timer)
        timer = setTimeout(compare, pause)
      })
      // The folder was removed.
      watcher.on("error", () => watcher.close())
      watcher.on("close", () => watchers.delete(folder))
      watchers.set(folder, watcher)
    }
  }

  function compare(): void {
    const { files } = before
    before = readSources(folders)
    for (const [folder, watcher] of watchers) {
      if (!before.folders.has(folder)) watcher.close()
    }
    watchAll()
    const all = new Set([...files.keys(), ...before.files.keys()])
    const changed = [...all].filter((file) => files.get(file) !== before.files.get(file))
    if (changed.length > 0) onChange(changed)
  }

  watchAll()
}

/** What a folder holds at any depth: nothing while it is not there. */
function entriesBelow(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return []
    throw error
  }
}

interface Sources {
  folders: ReadonlySet<string>
  /** What tells one state of a file from another, by its path. */
  files: ReadonlyMap<string, string>
}

function readSources(roots: readonly string[]): Sources {
  const folders = new Set(roots.filter((root) => existsSync(root)))
  const files = new Map<string, string>()
  for (const root of roots) {
    for (const entry of entriesBelow(root)) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isDirectory()) folders.add(path)
      const found = entry.isFile() && statSync(path, { throwIfNoEntry: false })
      if (found) files.set(path, `${found.mtimeMs} ${found.size}`)
    }
  }
  return { folders, files }
}
