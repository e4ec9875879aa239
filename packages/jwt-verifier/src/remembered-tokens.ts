interface Entry<Value> {
  readonly token: string
  readonly value: Value
  readonly bytes: number
  newer: Entry<Value> | undefined
  older: Entry<Value> | undefined
}

/**
 * How many characters at the end of the signature are used to look a token up. Hashing a whole token of
 * 1 KB takes several times as long as the rest of the lookup.
 */
const tailLength = 43
/** Approximately how much memory an entry takes in addition to its token and its value. */
const entryBytes = 256

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Remembers values by token: the most recently used, up to a number of bytes. */
export class RememberedTokens<Value> {
  readonly #capacity: number
  /** By the end of the token. Only one of several tokens with the same end is held. */
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

  /** @param bytes approximately how much memory the value takes. */
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

/** A copy, because a substring keeps the whole string that it was cut from in memory. */
function ownText(token: string): string {
  return decoder.decode(encoder.encode(token))
}

function tailOf(token: string): string {
  return token.slice(-tailLength)
}
