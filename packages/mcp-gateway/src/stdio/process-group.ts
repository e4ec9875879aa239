import type { ChildProcess } from "node:child_process"

const isWindows = process.platform === "win32"

/**
 * Whether a process leads a group of its own. On POSIX it does, so that a signal also reaches what it
 * started itself: the server behind `npx`, `uvx` or `sh -c`. Windows has no such groups.
 */
export const leadsGroup = !isWindows

/** Those that have not ended. None of them may outlive this process, however that ends. */
const alive = new Set<ChildProcess>()

/** Sees to it that a process ends with this one, even if nobody closes its backend. */
export function endWithThisProcess(child: ChildProcess): void {
  if (alive.size === 0) process.on("exit", killAll)
  alive.add(child)
  child.once("close", () => {
    alive.delete(child)
    if (alive.size === 0) process.off("exit", killAll)
  })
}

/** Sends a signal to a process and to all that it started. Those that have ended already are no error. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  if (!leadsGroup) {
    child.kill(signal)
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch {
    // ESRCH: there is no process left in the group.
  }
}

function killAll(): void {
  for (const child of alive) signalGroup(child, "SIGKILL")
}
