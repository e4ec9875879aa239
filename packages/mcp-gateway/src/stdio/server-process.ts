import { stripVTControlCharacters } from "node:util"
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js"
import { BackendError } from "../backend.ts"
import type { BackendChannel, ChannelListener } from "../bridge/backend-channel.ts"
import { LineReader } from "./line-reader.ts"
import { OutputLimit } from "./output-limit.ts"
import { endWithThisProcess, signalGroup } from "./process-group.ts"
import { type Launch, type Spawned, spawnProcess } from "./spawn-process.ts"

/** The longest message of a server, in bytes; the official clients have the same limit. */
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024
/** What a server may leave unread before it gets no more, in bytes. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024
const MAX_OUTPUT_BYTES = 2000
/** How long a server has to end by itself, and then by SIGTERM, in milliseconds. */
const GRACE_MS = 2000

/** Who is told what a process does. */
export interface ProcessWatch extends ChannelListener {
  onOutput(pid: number, line: string): void
  onStarted(pid: number): void
  onEnded(pid: number): void
}

/**
 * Starts a server that speaks over its standard input and output (MCP transports, stdio).
 *
 * @throws {BackendError} if it cannot be started.
 */
export async function startServer(launch: Launch, watch: ProcessWatch): Promise<BackendChannel> {
  return new ServerProcess(await spawnProcess(launch), launch.command, watch)
}

class ServerProcess implements BackendChannel {
  readonly #child: Spawned
  readonly #command: string
  readonly #watch: ProcessWatch
  readonly #output: OutputLimit
  readonly #closed: Promise<void>
  #closing: Promise<void> | undefined

  constructor(child: Spawned, command: string, watch: ProcessWatch) {
    const { pid, stdin, stdout, stderr } = child
    this.#child = child
    this.#command = command
    this.#watch = watch
    this.#output = new OutputLimit((line) => watch.onOutput(pid, readable(line)))
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()))
    watch.onStarted(pid)
    endWithThisProcess(child)
    this.#readMessages(stdout)
    this.#readOutput(stderr)
    stdin.on("error", () => void this.#failUnlessItEnds())
    child.once("exit", () => this.#endWhatItStarted())
    child.once("close", (code, signal) => {
      this.#output.end()
      watch.onEnded(pid)
      this.#fail("process_ended", signal ? `was ended by ${signal}` : `ended with code ${code}`)
    })
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const { stdin } = this.#child
    if (!stdin.writable) throw this.#error("process_ended", "takes no more messages")
    if (stdin.writableLength > MAX_UNREAD_BYTES) {
      throw this.#error("too_many_requests", "does not read what it was sent")
    }
    stdin.write(`${JSON.stringify(message)}\n`)
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  /** Its input ends first, which is how a server learns that it is not needed any more (MCP lifecycle, stdio). */
  async #end(): Promise<void> {
    this.#child.stdin.end()
    if (await this.#closesInTime()) return
    signalGroup(this.#child, "SIGTERM")
    if (await this.#closesInTime()) return
    signalGroup(this.#child, "SIGKILL")
    await this.#closesInTime()
  }

  /** A server that takes no more messages has mostly ended, and the reason for that says more. */
  async #failUnlessItEnds(): Promise<void> {
    if (!(await this.#closesInTime())) this.#fail("process_ended", "has closed its standard input")
  }

  /** That may still hold the pipes, and has no reason to live without it. */
  #endWhatItStarted(): void {
    const { stdout, stderr } = this.#child
    signalGroup(this.#child, "SIGKILL")
    void this.#closesInTime().then((isClosed) => {
      if (isClosed) return
      stdout.destroy()
      stderr.destroy()
    })
  }

  async #closesInTime(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), GRACE_MS)
    void this.#closed.then(() => resolve(true))
    const isClosed = await promise
    clearTimeout(timer)
    return isClosed
  }

  #readMessages(stdout: Spawned["stdout"]): void {
    const lines = new LineReader({
      maxBytes: MAX_MESSAGE_BYTES,
      onLine: (line, isCut) => {
        if (!isCut && this.#closing === undefined) this.#take(line)
      },
      onTooLong: () => {
        signalGroup(this.#child, "SIGKILL")
        this.#fail("too_large", `sent a message of more than ${MAX_MESSAGE_BYTES} bytes`)
      },
    })
    stdout.on("data", (chunk: Buffer) => lines.push(chunk))
  }

  #readOutput(stderr: Spawned["stderr"]): void {
    const lines = new LineReader({
      maxBytes: MAX_OUTPUT_BYTES,
      onLine: (line, isCut) => this.#output.line(isCut ? `${line}…` : line),
    })
    stderr.on("data", (chunk: Buffer) => lines.push(chunk))
    stderr.once("end", () => lines.end())
  }

  #take(line: string): void {
    const message = readMessage(line)
    if (message) this.#watch.onMessage(message)
    else if (line.trim() !== "")
      this.#output.line(`not a message, on its standard output: ${excerpt(line)}`)
  }

  /** It has ended by itself, or must end. */
  #fail(failure: BackendError["failure"], what: string): void {
    if (this.#closing !== undefined) return
    void this.close()
    this.#watch.onEnd(this.#error(failure, what))
  }

  #error(failure: BackendError["failure"], what: string): BackendError {
    return new BackendError(failure, `\`${this.#command}\` (process ${this.#child.pid}) ${what}`)
  }
}

function readMessage(line: string): JSONRPCMessage | undefined {
  try {
    return JSONRPCMessageSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** Colours and other control characters could forge lines of a log. */
function readable(line: string): string {
  return stripVTControlCharacters(line).replace(/\p{Cc}/gu, " ")
}

/** What a server printed by mistake is worth a look; a broken message may hold what no log should. */
function excerpt(line: string): string {
  return /^\s*[[{]/.test(line) ? `${line.length} characters` : line.slice(0, MAX_OUTPUT_BYTES)
}
