/** What becomes of the lines of a stream. */
export interface LineReaderOptions {
  /** The longest line, in bytes. What it has beyond that is dropped. */
  maxBytes: number
  /** Called with each line, without its end. */
  onLine: (line: string, isCut: boolean) => void
  /** Called at once when a line gets too long. Default: nothing is called. */
  onTooLong?: () => void
}

const FIRST_BYTES = 4096
const LINE_FEED = 10

/** Splits a stream into lines. It never keeps more than one of them. */
export class LineReader {
  readonly #options: LineReaderOptions
  #line = Buffer.allocUnsafe(FIRST_BYTES)
  #length = 0
  #isCut = false

  constructor(options: LineReaderOptions) {
    this.#options = options
  }

  push(chunk: Buffer): void {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start)
      this.#keep(chunk.subarray(start, end === -1 ? chunk.length : end))
      if (end === -1) return
      this.#finish()
      start = end + 1
    }
  }

  /** The stream has ended; what came after its last line feed is a line too. */
  end(): void {
    if (this.#length > 0) this.#finish()
  }

  #keep(bytes: Buffer): void {
    const { maxBytes, onTooLong } = this.#options
    const kept = bytes.subarray(0, maxBytes - this.#length)
    this.#makeRoomFor(kept.length)
    kept.copy(this.#line, this.#length)
    this.#length += kept.length
    if (kept.length === bytes.length || this.#isCut) return
    this.#isCut = true
    onTooLong?.()
  }

  /** Doubles the buffer, so that a line that comes byte by byte is not copied each time. */
  #makeRoomFor(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#line.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#line.length))
    this.#line.copy(larger, 0, 0, this.#length)
    this.#line = larger
  }

  #finish(): void {
    const isCut = this.#isCut
    const line = this.#line.toString("utf8", 0, this.#length).replace(/\r$/, "")
    if (this.#line.length > FIRST_BYTES) this.#line = Buffer.allocUnsafe(FIRST_BYTES)
    this.#length = 0
    this.#isCut = false
    this.#options.onLine(line, isCut)
  }
}
