/** What a client may leave unread before its stream ends, in bytes. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024

/**
 * Passes a stream on. If the client does not keep up, its stream ends, so that what is sent meanwhile is
 * not kept in memory for it.
 *
 * @param onEnd called once, when the stream ends, fails or is left by the client.
 */
export function keepUp(response: Response, onEnd: () => void): Response {
  const reader = response.body?.getReader()
  if (!reader) return response
  const body = new ReadableStream<Uint8Array>(
    {
      start: (client) => void passOn(reader, client).finally(onEnd),
      cancel: (reason) => reader.cancel(reason),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }),
  )
  return new Response(body, response)
}

async function passOn(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  client: ReadableStreamDefaultController<Uint8Array>,
): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if ((client.desiredSize ?? 0) <= 0) {
        await reader.cancel()
        break
      }
      client.enqueue(value)
    }
    client.close()
  } catch {
    // The client has gone, and its stream with it.
  }
}
