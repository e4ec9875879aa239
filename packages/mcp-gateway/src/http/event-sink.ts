import type { Dispatcher } from "undici"

const BUFFER_BYTES = 64 * 1024
const EVENT_ID = Buffer.from("\nid:")

/** An event stream on its way from the backend to a client that may read slowly. */
export class EventSink {
  /** What the client reads. */
  readonly stream: ReadableStream<Uint8Array>
  readonly #backend: Dispatcher.DispatchController
  #client: ReadableStreamDefaultController<Uint8Array> | undefined
  #hasEventId = false

  /** @param onCancel called when the client has stopped reading. */
  constructor(backend: Dispatcher.DispatchController, onCancel: () => void) {
    this.#backend = backend
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (client) => {
          this.#client = client
        },
        pull: () => backend.resume(),
        cancel: () => {
          this.#client = undefined
          onCancel()
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
    )
  }

  /** Whether an event had an id, so that a client can resume after it. */
  get hasEventId(): boolean {
    return this.#hasEventId
  }

  write(chunk: Buffer): void {
    const client = this.#client
    if (!client) return
    this.#hasEventId ||=
      chunk.includes(EVENT_ID) || chunk.subarray(0, 3).equals(EVENT_ID.subarray(1))
    client.enqueue(chunk)
    if ((client.desiredSize ?? 0) <= 0) this.#backend.pause()
  }

  close(lastWords?: Uint8Array): void {
    if (lastWords) this.#client?.enqueue(lastWords)
    this.#client?.close()
    this.#client = undefined
  }
}
