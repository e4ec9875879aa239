import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

/** Where a process listens, and the token that it wants, if any. */
interface Ready {
  url: string
  token?: string
}

/** A process that requests go through. */
export interface Contestant extends Ready {
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
    async cpu() {
      child.send("cpu")
      const [answer] = (await once(child, "message")) as [{ cpu: number }]
      return answer.cpu
    },
    stop: () => void child.kill(),
  }
}
