/** A body is longer than the reader allows. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError"
  /** The limit that was exceeded, in bytes. */
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`longer than ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}

/**
 * Reads a body to its end. A body that exceeds the limit is cancelled, not read further.
 *
 * @param body the `body` of a `Request` or `Response`, or any stream of bytes. `null` and `undefined`
 * count as an empty body.
 * @throws {BodyTooLargeError} once more than `maxBytes` have arrived.
 *
 * @example
 * ```ts
 * const bytes = await readBoundedBody(request.body, 64 * 1024)
 * ```
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
