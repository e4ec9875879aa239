import { relative, sep } from "node:path"
import type { Service } from "./plan.ts"
import type { Processes } from "./processes.ts"
import { watchSources } from "./source-watch.ts"
import { workspaceSources } from "./workspace-sources.ts"

/** From now on starts services again when their sources change, one change after the other, and says so. */
export function restartOnChange(
  repository: string,
  services: readonly Service[],
  processes: Processes,
): void {
  const sources = new Map(
    services.map((service) => [service, [...workspaceSources(repository, service.folder)]]),
  )
  let work = Promise.resolve()

  async function restart(service: Service, file: string): Promise<void> {
    console.log(`${service.name} restarts: ${relative(repository, file)} has changed.`)
    try {
      await processes.restart(service)
      console.log(`${service.name} is ready again.`)
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
    }
  }

  watchSources([...new Set([...sources.values()].flat())], (files) => {
    const affected = [...sources].flatMap(([service, roots]) => {
      const file = files.find((path) => roots.some((root) => isBelow(path, root)))
      return file === undefined ? [] : [() => restart(service, file)]
    })
    work = work.then(async () => void (await Promise.all(affected.map((start) => start()))))
  })
}

const isBelow = (path: string, folder: string) => path.startsWith(folder + sep)
