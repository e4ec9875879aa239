/**
 * Where every record lives: bytes by key, each with an expiry.
 *
 * Keys are `type:digest` in ASCII, at most 200 characters. A record past its expiry is absent for
 * every operation. `get`, `put`, `take`, `swap` and `delete` are atomic, over all processes that share
 * the store. An operation that could not be carried out rejects with {@link StoreUnavailableError}.
 */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>

  /** Writes the value, replacing what was there. */
  put(key: string, value: Uint8Array, expiresAt: Date): Promise<void>

  /** Reads and deletes; of any number of concurrent callers one gets the value. */
  take(key: string): Promise<Uint8Array | undefined>

  /**
   * Compare and set: writes `next` if the record's bytes are exactly `expected` (`undefined`: if there
   * is no record). Of any number of concurrent callers with the same `expected` one gets `true`.
   *
   * A store that already holds `next` answers `true` too, so that a retry after a lost reply is safe.
   * `false` means "read and decide again".
   */
  swap(
    key: string,
    expected: Uint8Array | undefined,
    next: Uint8Array,
    expiresAt: Date,
  ): Promise<boolean>

  delete(key: string): Promise<void>

  /** Every live key that starts with `prefix`, in no order. For operations commands, never on a request's path. */
  scan(prefix: string): AsyncIterable<string>

  /** Resolves if the store can serve; for readiness checks. */
  ping(): Promise<void>

  close(): Promise<void>
}

/** The store could not be reached, or did not answer in time. Nothing is known about the operation's effect. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError"
}
