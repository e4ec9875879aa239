interface Entry<Value> {
  readonly token: string
  readonly value: Value
  readonly bytes: number
  newer: Entry<Value> | undefined
  older: Entry<Value> | undefined
}

/** What is known of tokens already seen: the most recently used of them, up to a number of bytes. */
export class RememberedTokens<Value> {
  readonly #capacity: number
  readonly #entries = new Map<string, Entry<Value>>()
  #newest: Entry<Value> | undefined
  #oldest: Entry<Value> | undefined
  #bytes = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(token: string): Value | undefined {
    const entry = this.#entries.get(token)
    if (entry === undefined) return undefined
    if (entry !== this.#newest) {
      this.#unlink(entry)
      this.#link(entry)
    }
    return entry.value
  }

  /** @param bytes about what the entry takes in memory, the token's own text included. */
  set(token: string, value: Value, bytes: number): void {
    this.delete(token)
    if (bytes > this.#capacity) return
    const entry = { token, value, bytes, newer: undefined, older: undefined }
    this.#entries.set(token, entry)
    this.#link(entry)
    this.#bytes += bytes
    while (this.#bytes > this.#capacity && this.#oldest) this.delete(this.#oldest.token)
  }

  delete(token: string): void {
    const entry = this.#entries.get(token)
    if (entry === undefined) return
    this.#entries.delete(token)
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
