import type { IncomingHttpHeaders } from "node:http"
import type { Dispatcher } from "undici"
import { BackendError } from "../backend.ts"
import { EventSink } from "./event-sink.ts"
import { failureOf } from "./failure-of.ts"
import { isEventStream } from "./media-type.ts"

/**
 * How long the beginning of an event stream is held back, in milliseconds, and how many bytes of it at most.
 * The answer to most calls has come to its end by then: it passes in one piece, for half the work.
 */
const heldFor = 1
const heldBytes = 64 * 1024

/** A request to the backend, with every header that it has. */
export interface BackendRequest {
  method: string
  headers: Record<string, string>
  body: string | null
  /** Where on the origin. Default: the backend's own path. */
  path?: string
  /** Aborts when the client has gone. */
  signal: AbortSignal | undefined
}

/** The backend's answer: read to its end, or an event stream that has just begun. */
export type BackendAnswer = {
  status: number
  headers: IncomingHttpHeaders
} & ({ body: Uint8Array<ArrayBuffer> } | { stream: ReadableStream<Uint8Array> })

/** Where requests go, and what one may take. */
export interface ExchangeSettings {
  dispatcher: Dispatcher
  origin: string
  path: string
  answerSeconds: number
  maxAnswerBytes: number
}

/** Who is told of an event stream. */
export interface StreamWatch {
  /** Whether it may begin. */
  mayBegin(): boolean
  /** Called once, however it ends. */
  onEnd(): void
  /** What to send last when the backend has broken it off. */
  lastWords(error: BackendError, hasEventId: boolean): Uint8Array | undefined
}

/**
 * Sends one request, without a stream of Node's in between: a plain answer is gathered, and an event
 * stream passes as it comes.
 *
 * @throws {BackendError} if no answer came.
 */
export function exchange(
  request: BackendRequest,
  settings: ExchangeSettings,
  watch: StreamWatch,
): Promise<BackendAnswer> {
  const { dispatcher, origin } = settings
  const { method, headers, body, signal, path = settings.path } = request
  return new Promise((resolve, reject) => {
    const handler = new Exchange(signal, settings, watch, resolve, reject)
    if (!handler.isOver) dispatcher.dispatch({ origin, path, method, headers, body }, handler)
  })
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal | undefined
  readonly #maxAnswerBytes: number
  readonly #watch: StreamWatch
  readonly #resolve: (answer: BackendAnswer) => void
  readonly #reject: (error: BackendError) => void
  /** Until the answer is there; then, of a stream, until it begins. */
  #timer: ReturnType<typeof setTimeout>
  readonly #onAbort = () => this.#end(new BackendError("closed_early", "the client has gone"))
  #controller: Dispatcher.DispatchController | undefined
  #over: BackendError | undefined
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []
  #length = 0
  #isStream = false
  #sink: EventSink | undefined

  constructor(
    signal: AbortSignal | undefined,
    { answerSeconds, maxAnswerBytes }: ExchangeSettings,
    watch: StreamWatch,
    resolve: (answer: BackendAnswer) => void,
    reject: (error: BackendError) => void,
  ) {
    this.#signal = signal
    this.#maxAnswerBytes = maxAnswerBytes
    this.#watch = watch
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = setTimeout(
      () => this.#end(new BackendError("timed_out", `no answer within ${answerSeconds} seconds`)),
      answerSeconds * 1000,
    )
    if (signal?.aborted) this.#onAbort()
    else signal?.addEventListener("abort", this.#onAbort)
  }

  get isOver(): boolean {
    return this.#over !== undefined
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(this.#over)
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.#over) return
    this.#status = status
    this.#headers = headers
    if (!isEventStream(status, headers)) return
    if (!this.#watch.mayBegin()) {
      this.#end(new BackendError("too_many_requests", "too many event streams are open"))
      return
    }
    clearTimeout(this.#timer)
    this.#isStream = true
    this.#timer = setTimeout(() => this.#beginStream(controller), heldFor)
  }

  #beginStream(controller: Dispatcher.DispatchController): void {
    clearTimeout(this.#timer)
    const sink = new EventSink(controller, this.#onAbort)
    this.#sink = sink
    for (const chunk of this.#chunks) sink.write(chunk)
    this.#chunks = []
    this.#resolve({ status: this.#status, headers: this.#headers, stream: sink.stream })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return
    if (this.#sink) {
      this.#sink.write(chunk)
      return
    }
    this.#length += chunk.length
    this.#chunks.push(chunk)
    if (this.#isStream) {
      if (this.#length > heldBytes) this.#beginStream(controller)
      return
    }
    if (this.#length <= this.#maxAnswerBytes) return
    this.#chunks = []
    const message = `the answer has more than ${this.#maxAnswerBytes} bytes`
    this.#end(new BackendError("too_large", message))
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#settle()
    if (this.#sink) {
      this.#sink.close()
      return
    }
    const body = Buffer.concat(this.#chunks, this.#length)
    this.#resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return
    if (this.#isStream && !this.#sink) this.#beginStream(controller)
    this.#over = failureOf(error, this.#controller !== undefined)
    this.#settle()
    if (this.#sink) this.#sink.close(this.#watch.lastWords(this.#over, this.#sink.hasEventId))
    else this.#reject(this.#over)
  }

  /** Ends it from this side. */
  #end(error: BackendError): void {
    if (this.#over) return
    this.#over = error
    this.#controller?.abort(error)
    this.#settle()
    if (this.#sink) this.#sink.close()
    else this.#reject(error)
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener("abort", this.#onAbort)
    if (this.#isStream) this.#watch.onEnd()
  }
}
