import type { ChildProcess, ChildProcessWithoutNullStreams } from "node:child_process"
import { once } from "node:events"
import spawn from "cross-spawn"
import { BackendError } from "../backend.ts"
import { leadsGroup } from "./process-group.ts"

/** What to start, and how. */
export interface Launch {
  command: string
  args: readonly string[]
  /** The whole environment. */
  environment: Readonly<Record<string, string>>
  /** The folder that it runs in. Default: that of this process. */
  cwd?: string | undefined
}

/** A process that has started, with all its pipes. */
export type Spawned = ChildProcessWithoutNullStreams & { pid: number }

/**
 * Starts a process, without a shell.
 *
 * @throws {BackendError} if there is no such command, or no such folder.
 */
export async function spawnProcess({ command, args, environment, cwd }: Launch): Promise<Spawned> {
  const child: ChildProcess = spawn(command, [...args], {
    env: environment,
    cwd,
    stdio: "pipe",
    shell: false,
    detached: leadsGroup,
    windowsHide: true,
  })
  // A signal that could not be sent is one of these; that the process lives on is noticed otherwise.
  child.on("error", () => undefined)
  try {
    await once(child, "spawn")
  } catch (error) {
    const where = cwd === undefined ? "" : ` in the folder ${cwd}`
    const message = `\`${command}\` cannot be started${where}`
    throw new BackendError("unreachable", message, { cause: error })
  }
  if (isSpawned(child)) return child
  throw new BackendError("unreachable", `\`${command}\` has no pipes`)
}

function isSpawned(child: ChildProcess): child is Spawned {
  return child.pid !== undefined && !!child.stdin && !!child.stdout && !!child.stderr
}
