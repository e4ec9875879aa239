import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

/** A server in a process of its own. */
export interface ServerProcess {
  port: number
  /** Makes its clock run ahead of the real one by this many milliseconds in all. */
  setClockAhead(milliseconds: number): Promise<void>
  /** Ends it at once, without a chance to finish anything. */
  kill(): Promise<void>
}

/** A process that has loaded the server's code and waits to be started. */
export interface PreparedServer {
  start(environment: Readonly<Record<string, string>>, clockAhead?: number): Promise<ServerProcess>
  kill(): Promise<void>
}

const script = fileURLToPath(new URL("./server-child.ts", import.meta.url))

export async function prepareServer(): Promise<PreparedServer> {
  // Its log would drown the test's output; what ends it is on standard error.
  const child = fork(script, [], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] })
  await reply(child)
  async function kill() {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, "exit")
    child.kill("SIGKILL")
    await exited
  }
  return {
    kill,
    async start(environment, ahead = 0) {
      child.send({ start: environment, ahead })
      const { port } = (await reply(child)) as { port: number }
      return {
        port,
        kill,
        async setClockAhead(milliseconds) {
          child.send({ ahead: milliseconds })
          await reply(child)
        },
      }
    },
  }
}

/** The next message of the child. @throws if it ends instead; its error is on this process's stderr. */
function reply(child: ChildProcess): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const ended = (code: number | null, signal: string | null) =>
    reject(new Error(`the server ended: ${signal ?? code}`))
  child.once("exit", ended)
  child.once("message", (message) => {
    child.off("exit", ended)
    resolve(message)
  })
  return promise
}
