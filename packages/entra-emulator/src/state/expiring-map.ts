/**
 * Values that are forgotten some time after they were put in.
 *
 * Every entry lives equally long, so the oldest are first in line and putting one in can sweep them.
 */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { value: Value; forgetAt: number }>()
  readonly #lifetime: number
  readonly #now: () => number

  /** @param lifetime milliseconds. */
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
