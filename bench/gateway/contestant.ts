import { type ChildProcess, fork, spawnSync } from "node:child_process"
import { once } from "node:events"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"

/** Where a process listens, and the token that it wants, if any. */
interface Ready {
  url: string
  token?: string
}

/** A process that requests go through. */
export interface Contestant extends Ready {
  pid: number | undefined
  /** CPU time of the process since it began, in microseconds. */
  cpu(): Promise<number>
  stop(): void
}

/** In the process: says that it is ready, and from then on answers how much CPU time it has used. */
export function report(ready: Ready): void {
  process.on("message", () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: user + system })
  })
  process.on("disconnect", () => process.exit())
  process.send?.(ready)
}

/**
 * Starts what is measured, on a core of its own where the system can: the load and the backend have the
 * first one.
 */
export async function startAlone(name: string, ...args: readonly string[]): Promise<Contestant> {
  const contestant = await start(name, ...args)
  if (cpus().length > 1) spawnSync("taskset", ["-acp", "1", String(contestant.pid)])
  return contestant
}

/** Starts a process of this folder. */
export async function start(name: string, ...args: readonly string[]): Promise<Contestant> {
  const child: ChildProcess = fork(
    fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
    [...args],
    { stdio: ["ignore", "ignore", "inherit", "ipc"] },
  )
  const [ready] = (await once(child, "message")) as [Ready]
  return {
    ...ready,
    pid: child.pid,
    async cpu() {
      child.send("cpu")
      const [answer] = (await once(child, "message")) as [{ cpu: number }]
      return answer.cpu
    },
    stop: () => void child.kill(),
  }
}
