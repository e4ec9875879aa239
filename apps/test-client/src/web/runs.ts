import { type FlowResult, runFlow } from "../flow.ts"
import type { FlowEvent, FlowOptions } from "../flow-options.ts"
import type { SignIn } from "../sign-in/sign-in.ts"

/** The events that the page receives about a run, in order. */
export type RunEvent =
  | FlowEvent
  | { type: "sign-in"; url: string }
  | { type: "finished"; result: FlowResult }

export type RunRequest = Omit<FlowOptions, "signIn" | "onEvent">

/** The runs that the page started. */
export interface Runs {
  start(request: RunRequest): string
  /** Everything from the start of the run to its end; `undefined` if there is no such run. */
  events(id: string): AsyncIterable<RunEvent> | undefined
  /** Gives a callback to the run that waits for its `state`; false if no run does. */
  arrive(callback: URL): boolean
}

interface RunRecord {
  events: RunEvent[]
  finished: boolean
  /** Resolves with each new event, and is then replaced. */
  news: PromiseWithResolvers<void>
}

const KEPT_RUNS = 20

/** @param timeout milliseconds to wait for a person to sign in. */
export function createRuns(redirectUri: string, timeout: number): Runs {
  const runs = new Map<string, RunRecord>()
  const waiting = new Map<string, (callback: URL) => void>()

  function signInOf(tell: (event: RunEvent) => void): SignIn {
    let state = ""
    return {
      redirectUri,
      async visit(url) {
        state = url.searchParams.get("state") ?? ""
        const { promise, resolve, reject } = Promise.withResolvers<URL>()
        const late = new Error(`nobody signed in within ${Math.round(timeout / 1000)} seconds`)
        // A sign-in that nobody finishes must not keep the process from ending.
        const timer = setTimeout(() => reject(late), timeout).unref()
        waiting.set(state, resolve)
        tell({ type: "sign-in", url: url.href })
        return promise.finally(() => {
          clearTimeout(timer)
          waiting.delete(state)
        })
      },
      close: async () => undefined,
    }
  }

  return {
    start(request) {
      const id = crypto.randomUUID()
      const run: RunRecord = { events: [], finished: false, news: Promise.withResolvers() }
      runs.set(id, run)
      const oldest = runs.keys().next().value
      if (runs.size > KEPT_RUNS && oldest !== undefined) runs.delete(oldest)
      const tell = (event: RunEvent): void => {
        run.events.push(event)
        run.finished = event.type === "finished"
        const { resolve } = run.news
        run.news = Promise.withResolvers()
        resolve()
      }
      void runFlow({ ...request, signIn: signInOf(tell), onEvent: tell }).then((result) =>
        tell({ type: "finished", result }),
      )
      return id
    },
    events(id) {
      const run = runs.get(id)
      return run && follow(run)
    },
    arrive(callback) {
      const resolve = waiting.get(callback.searchParams.get("state") ?? "")
      resolve?.(callback)
      return resolve !== undefined
    },
  }
}

async function* follow(run: RunRecord): AsyncGenerator<RunEvent> {
  for (let next = 0; ; ) {
    const { promise } = run.news
    for (; next < run.events.length; next++) {
      const event = run.events[next]
      if (event) yield event
    }
    if (run.finished) return
    await promise
  }
}
