import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { pathToFileURL } from "node:url"
import type { Service } from "./plan.ts"

const readyTimeout = 60_000
const pollInterval = 100
const endTimeout = 8000

/** The running processes of the stack. */
export interface Processes {
  /** Resolves when every process answers. @throws {Error} if one ends or does not answer in time. */
  ready(): Promise<void>
  /** Ends a process and starts it again. @throws {Error} as `ready` does. */
  restart(service: Service): Promise<void>
  /** Ends every process, and waits until all are gone. */
  end(): Promise<void>
}

interface Running {
  child: ChildProcess
  /** Resolves when the process is gone and all that it wrote has been printed. */
  gone: Promise<void>
}

/**
 * Starts each service in a process of its own.
 *
 * @param repository the folder that the services' folders are in.
 * @param onExit is called when a process has ended by itself.
 */
export function startProcesses(
  repository: string,
  services: readonly Service[],
  onExit: (service: Service) => void,
): Processes {
  const running = new Map<Service, Running>()
  let ending = false

  function start(service: Service): void {
    const child = spawnService(repository, service)
    show(service.name, child)
    const gone = new Promise<void>((resolve) => child.once("close", () => resolve()))
    const entry = { child, gone }
    running.set(service, entry)
    void gone.then(() => {
      if (running.get(service) !== entry) return
      running.delete(service)
      onExit(service)
    })
  }

  async function stop(service: Service): Promise<void> {
    const entry = running.get(service)
    if (!entry) return
    running.delete(service)
    entry.child.kill("SIGTERM")
    const overdue = setTimeout(() => entry.child.kill("SIGKILL"), endTimeout)
    await entry.gone
    clearTimeout(overdue)
  }

  async function answers(service: Service): Promise<void> {
    const { name, readyUrl } = service
    const deadline = Date.now() + readyTimeout
    while (Date.now() < deadline) {
      if (ending) return
      if (!running.has(service)) throw new Error(`${name} did not start.`)
      const response = await fetch(readyUrl).catch(() => undefined)
      await response?.body?.cancel()
      if (response?.ok) return
      await new Promise((resolve) => setTimeout(resolve, pollInterval))
    }
    throw new Error(`${name} does not answer at ${readyUrl}.`)
  }

  services.forEach(start)
  return {
    async ready() {
      await Promise.all(services.map(answers))
    },
    async restart(service) {
      await stop(service)
      if (ending) return
      start(service)
      await answers(service)
    },
    async end() {
      ending = true
      await Promise.all([...running.keys()].map(stop))
    },
  }
}

const endWithParent = pathToFileURL(join(import.meta.dirname, "end-with-parent.ts")).href

function spawnService(repository: string, { folder, args, env }: Service): ChildProcess {
  const main = join(repository, folder, "src/main.ts")
  return spawn(process.execPath, ["--import", endWithParent, main, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  })
}

function show(name: string, child: ChildProcess): void {
  for (const [stream, target] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    if (!stream) continue
    createInterface({ input: stream }).on("line", (line) => {
      target.write(`${name.padEnd(14)} | ${line}\n`)
    })
  }
}
