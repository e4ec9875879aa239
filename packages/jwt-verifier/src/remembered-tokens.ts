interface Entry<Value> {
  readonly token: string
  readonly value: Value
  readonly bytes: number
  newer: Entry<Value> | undefined
  older: Entry<Value> | undefined
}

/**
 * As many characters of a signature say which token it is. To hash a whole token of 1 KB takes several
 * times as long as all the rest of finding it.
 */
const tailLength = 43
/** About what an entry takes besides its token and its value. */
const entryBytes = 256

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What is known of tokens already seen: the most recently used of them, up to a number of bytes. */
export class RememberedTokens<Value> {
  readonly #capacity: number
  /** By the end of the token; of tokens that end alike one is held. */
  readonly #entries = new Map<string, Entry<Value>>()
  #newest: Entry<Value> | undefined
  #oldest: Entry<Value> | undefined
  #bytes = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(token: string): Value | undefined {
    const entry = this.#entries.get(tailOf(token))
    if (entry?.token !== token) return undefined
    if (entry !== this.#newest) {
      this.#unlink(entry)
      this.#link(entry)
    }
    return entry.value
  }

  /** @param bytes about what the value takes in memory. */
  set(token: string, value: Value, bytes: number): void {
    const tail = tailOf(token)
    const former = this.#entries.get(tail)
    if (former) this.#remove(tail, former)
    const size = bytes + token.length + entryBytes
    if (size > this.#capacity) return
    const own = ownText(token)
    const entry = { token: own, value, bytes: size, newer: undefined, older: undefined }
    this.#entries.set(tailOf(own), entry)
    this.#link(entry)
    this.#bytes += size
    while (this.#bytes > this.#capacity && this.#oldest) {
      this.#remove(tailOf(this.#oldest.token), this.#oldest)
    }
  }

  delete(token: string): void {
    const tail = tailOf(token)
    const entry = this.#entries.get(tail)
    if (entry?.token === token) this.#remove(tail, entry)
  }

  #remove(tail: string, entry: Entry<Value>): void {
    this.#entries.delete(tail)
    this.#unlink(entry)
    this.#bytes -= entry.bytes
  }

  #link(entry: Entry<Value>): void {
    entry.older = this.#newest
    if (this.#newest) this.#newest.newer = entry
    this.#newest = entry
    this.#oldest ??= entry
  }

  #unlink(entry: Entry<Value>): void {
    if (entry.newer) entry.newer.older = entry.older
    else this.#newest = entry.older
    if (entry.older) entry.older.newer = entry.newer
    else this.#oldest = entry.newer
    entry.newer = undefined
    entry.older = undefined
  }
}

/** A copy, since a text that was cut out of a longer one keeps all of that in memory. */
function ownText(token: string): string {
  return decoder.decode(encoder.encode(token))
}

function tailOf(token: string): string {
  return token.slice(-tailLength)
}
