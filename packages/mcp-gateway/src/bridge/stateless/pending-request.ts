import type { JSONRPCMessage, JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js"
import type { BackendError } from "../../backend.ts"
import { failureMessage, failureResponse } from "../../backend-failure.ts"

/** The status of an answer that nobody waits for any more. */
const CLIENT_GONE = 499
/** How often a stream shows what is in between that it lives, in milliseconds. */
const KEEP_ALIVE_MS = 15_000

/**
 * A request without a session, until it is answered: in JSON, or over an event stream if other messages
 * come first. Such a stream can't be resumed, and whoever leaves it cancels the request (MCP transports,
 * 2026-07-28).
 */
export class PendingRequest {
  readonly request: JSONRPCRequest
  readonly response: Promise<Response>
  readonly #respond: (response: Response) => void
  readonly #onLeft: () => void
  readonly #keepAlive: ReturnType<typeof setInterval>
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined

  /** @param onLeft called if the client leaves the stream before the answer. */
  constructor(request: JSONRPCRequest, onLeft: () => void) {
    const { promise, resolve } = Promise.withResolvers<Response>()
    this.request = request
    this.response = promise
    this.#respond = resolve
    this.#onLeft = onLeft
    this.#keepAlive = setInterval(() => this.#write(": keepalive\n\n"), KEEP_ALIVE_MS)
    this.#keepAlive.unref()
  }

  notify(message: JSONRPCMessage): void {
    this.#write(eventOf(message))
  }

  answer(message: JSONRPCMessage): void {
    if (this.#stream) this.#write(eventOf(message))
    else this.#respond(Response.json(message))
    this.end()
  }

  fail(error: BackendError): void {
    if (this.#stream) this.answer(failureMessage(error, this.request.id))
    else this.#respond(failureResponse(error, this.request))
    this.end()
  }

  /** Nobody waits for it any more. */
  end(): void {
    clearInterval(this.#keepAlive)
    this.#respond(new Response(null, { status: CLIENT_GONE }))
    this.#stream?.close()
    this.#stream = undefined
  }

  #write(text: string): void {
    const stream = this.#stream ?? this.#begin()
    stream.enqueue(Buffer.from(text))
  }

  #begin(): ReadableStreamDefaultController<Uint8Array> {
    const { readable, stream } = eventStream(() => {
      this.#stream = undefined
      this.#onLeft()
    })
    this.#stream = stream
    const headers = { "content-type": "text/event-stream", "cache-control": "no-cache" }
    this.#respond(new Response(readable, { headers }))
    return stream
  }
}

function eventStream(onCancel: () => void) {
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller
    },
    cancel: onCancel,
  })
  if (!stream) throw new TypeError("a stream begins at once")
  return { readable, stream }
}

function eventOf(message: JSONRPCMessage): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`
}
