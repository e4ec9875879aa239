import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import type { Service } from "./plan.ts"

const readyTimeout = 60_000
const pollInterval = 100
const endTimeout = 8000

/** The running processes of the stack. */
export interface Processes {
  /** Resolves when every process answers. @throws {Error} if one ends, fails or does not answer in time. */
  ready(): Promise<void>
  /** Resolves with the name of the first process that ends by itself. */
  firstExit: Promise<string>
  /** Ends every process, and waits until all are gone. */
  end(): Promise<void>
}

/** Starts each service in a process of its own. With `watch` it starts again when a source changes. */
export function startProcesses(services: readonly Service[], watch: boolean): Processes {
  const started = services.map((service) => ({ service, child: start(service, watch) }))
  let failed: string | undefined
  for (const { service, child } of started) {
    show(service.name, child, (line) => {
      // What a watcher says instead of ending.
      if (line.includes("Failed running")) failed ??= service.name
    })
  }
  const exits = started.map(
    ({ service, child }) =>
      new Promise<string>((resolve) => child.once("exit", () => resolve(service.name))),
  )
  let ending = false
  const firstExit = new Promise<string>((resolve) => {
    void Promise.race(exits).then((name) => {
      if (ending) return
      failed ??= name
      resolve(name)
    })
  })

  async function answers({ name, readyUrl }: Service): Promise<void> {
    const deadline = Date.now() + readyTimeout
    while (Date.now() < deadline) {
      if (failed !== undefined) throw new Error(`${failed} did not start.`)
      const response = await fetch(readyUrl).catch(() => undefined)
      await response?.body?.cancel()
      if (response?.ok) return
      await new Promise((resolve) => setTimeout(resolve, pollInterval))
    }
    throw new Error(`${name} does not answer at ${readyUrl}.`)
  }

  return {
    firstExit,
    async ready() {
      await Promise.all(services.map(answers))
    },
    async end() {
      ending = true
      for (const { child } of started) child.kill("SIGTERM")
      const overdue = setTimeout(() => {
        for (const { child } of started) child.kill("SIGKILL")
      }, endTimeout)
      await Promise.all(exits)
      clearTimeout(overdue)
    },
  }
}

function start({ command, env }: Service, watch: boolean): ChildProcess {
  const flags = watch ? ["--watch", "--watch-preserve-output"] : []
  return spawn(process.execPath, [...flags, ...command], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
}

function show(name: string, child: ChildProcess, onLine: (line: string) => void): void {
  for (const [stream, target] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    if (!stream) continue
    createInterface({ input: stream }).on("line", (line) => {
      onLine(line)
      target.write(`${name.padEnd(14)} | ${line}\n`)
    })
  }
}
