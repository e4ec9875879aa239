/**
 * A map whose entries expire.
 *
 * All entries have the same lifetime, so the oldest come first, and `set` removes those that expired.
 */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { value: Value; forgetAt: number }>()
  readonly #lifetime: number
  readonly #now: () => number

  /** @param lifetime in milliseconds. */
  constructor(lifetime: number, now: () => number) {
    this.#lifetime = lifetime
    this.#now = now
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.forgetAt > this.#now() ? entry.value : undefined
  }

  set(key: string, value: Value): void {
    const now = this.#now()
    for (const [oldest, { forgetAt }] of this.#entries) {
      if (forgetAt > now) break
      this.#entries.delete(oldest)
    }
    this.#entries.delete(key)
    this.#entries.set(key, { value, forgetAt: now + this.#lifetime })
  }

  delete(key: string): boolean {
    return this.#entries.delete(key)
  }

  values(): Value[] {
    const now = this.#now()
    return [...this.#entries.values()]
      .filter(({ forgetAt }) => forgetAt > now)
      .map(({ value }) => value)
  }
}
