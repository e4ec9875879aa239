import { BackendError } from "../backend.ts"

const LINE_FEED = 10

/** Passes an event stream on, and fails if a line of it is too long to keep. */
export function boundedEvents(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let lineBytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      const end = chunk.lastIndexOf(LINE_FEED)
      lineBytes = end === -1 ? lineBytes + chunk.length : chunk.length - end - 1
      if (lineBytes > maxBytes) {
        throw new BackendError("too_large", `a message has more than ${maxBytes} bytes`)
      }
      controller.enqueue(chunk)
    },
  })
}
