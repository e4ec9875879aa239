import { createParser, type EventSourceMessage } from "eventsource-parser"

/** The longest event, in characters: what is held of a stream before it is known to be a message. */
const LONGEST_EVENT = 32 * 1024 * 1024

/**
 * An event stream with each event's data rewritten. What an event is besides its data, and comments,
 * pass as they are.
 *
 * @param rewrite returns the data to send; `undefined` leaves the event out.
 * @param onFailure is told why the stream breaks off: what `rewrite` rejected with, or an event's length.
 */
export function rewrittenEventStream(
  source: ReadableStream<Uint8Array>,
  rewrite: (data: string) => Promise<string | undefined>,
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  let parsed: (string | EventSourceMessage)[] = []
  const parser = createParser({
    onEvent: (event) => parsed.push(event),
    onComment: (comment) => parsed.push(`: ${comment}\n`),
    onRetry: (milliseconds) => parsed.push(`retry: ${milliseconds}\n\n`),
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") throw error
    },
    maxBufferSize: LONGEST_EVENT,
  })
  return source.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        try {
          parser.feed(decoder.decode(chunk, { stream: true }))
          const events = parsed
          parsed = []
          for (const event of events) {
            const text = typeof event === "string" ? event : await rewritten(event, rewrite)
            if (text !== "") controller.enqueue(encoder.encode(text))
          }
        } catch (error) {
          onFailure(error)
          throw error
        }
      },
    }),
  )
}

async function rewritten(
  { id, event, data }: EventSourceMessage,
  rewrite: (data: string) => Promise<string | undefined>,
): Promise<string> {
  const text = await rewrite(data)
  if (text === undefined) return ""
  const lines = text.split("\n").map((line) => `data: ${line}\n`)
  return `${id === undefined ? "" : `id: ${id}\n`}${event === undefined ? "" : `event: ${event}\n`}${lines.join("")}\n`
}
