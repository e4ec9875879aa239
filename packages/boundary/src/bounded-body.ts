/** A body was longer than the reader allows. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError"
  /** The limit that was exceeded. */
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`longer than ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}

/**
 * Reads a body to its end, or to its limit: what comes after is not waited for.
 *
 * @param body the `body` of a `Request` or a `Response`, or any stream of bytes.
 * @throws {BodyTooLargeError} once more than `maxBytes` have come.
 */
export async function readBoundedBody(
  body: AsyncIterable<Uint8Array> | null | undefined,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw new BodyTooLargeError(maxBytes)
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
