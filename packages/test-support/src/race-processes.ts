import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"

const contender = fileURLToPath(new URL("./contender.ts", import.meta.url))
const processes = 4

/** The modules that each process loads, by URL. */
export interface RaceModules {
  /** Exports `openStore(space, now)`. */
  stores: string
  /** Exports `contend(store, race)`: one process's part in a race. */
  races: string
}

export interface Racers {
  /** Each process opens a store on the space, and all contend once the last one is ready. */
  race(space: string, race: object): Promise<string[][]>
  end(): void
}

/** Four processes that race each other for the records of a store. */
export async function startRacers({ stores, races }: RaceModules): Promise<Racers> {
  const children = Array.from({ length: processes }, () =>
    fork(contender, [stores, races], { execArgv: [] }),
  )
  await Promise.all(children.map(nextMessage))

  function tell(message: object): Promise<unknown[]> {
    const answers = children.map(nextMessage)
    for (const child of children) child.send(message)
    return Promise.all(answers)
  }

  return {
    async race(space, race) {
      await tell({ space })
      return (await tell({ race })) as string[][]
    },
    end() {
      for (const child of children) child.kill("SIGKILL")
    },
  }
}

/**
 * What the child says next.
 *
 * @throws {Error} if it ends without a word; its error is on this process's stderr.
 */
async function nextMessage(child: ChildProcess): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const onExit = (code: number | null) => reject(new Error(`a contender ended with ${code}`))
  child.once("message", resolve)
  child.once("exit", onExit)
  return promise.finally(() => child.off("exit", onExit))
}
