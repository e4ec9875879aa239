import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { StoreRace } from "../../src/testing/index.ts"

const contender = fileURLToPath(new URL("./contender.ts", import.meta.url))
const processes = 4

/**
 * Races four processes on one space: each opens a store, and all contend once the last one is ready.
 *
 * `opener` is the URL of a module that exports `openStore(space, now)`.
 */
export async function raceProcesses(
  opener: string,
  space: string,
  race: StoreRace,
): Promise<string[][]> {
  const children = Array.from({ length: processes }, () =>
    fork(contender, [opener, space, JSON.stringify(race)], { execArgv: [] }),
  )
  try {
    await Promise.all(children.map(nextMessage))
    const won = children.map(nextMessage)
    for (const child of children) child.send("go")
    return (await Promise.all(won)) as string[][]
  } finally {
    for (const child of children) child.kill("SIGKILL")
  }
}

/** What the child says next. @throws if it ends without a word; its error is on this process's stderr. */
function nextMessage(child: ChildProcess): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  child.once("message", resolve)
  child.once("exit", (code, signal) => reject(new Error(`contender ended: ${signal ?? code}`)))
  return promise
}
