/**
 * Where every record is stored: a value in bytes for each key, with an expiry.
 *
 * Keys are ASCII, `type:digest`, at most 200 characters long. For every operation, an expired record
 * does not exist. `get`, `put`, `take`, `swap` and `delete` are atomic across all processes that share
 * the store. An operation that cannot be carried out rejects with {@link StoreUnavailableError}.
 *
 * `storeConformance` from `@doorward/oauth-core/testing` checks an implementation.
 */
export interface Store {
  /** Reads a value; `undefined` if there is no record. */
  get(key: string): Promise<Uint8Array | undefined>

  /** Writes a value, replacing any value that is there. */
  put(key: string, value: Uint8Array, expiresAt: Date): Promise<void>

  /** Reads and deletes a record. Of any number of concurrent callers, only one gets the value. */
  take(key: string): Promise<Uint8Array | undefined>

  /**
   * Compares and sets: writes `next` if the current value is exactly `expected`, or if there is no
   * record and `expected` is `undefined`. Of any number of concurrent callers with the same `expected`,
   * only one gets `true`.
   *
   * If the store already holds `next`, the answer is also `true`, so retrying after a lost reply is
   * safe. `false` means that the caller must read again and decide again.
   */
  swap(
    key: string,
    expected: Uint8Array | undefined,
    next: Uint8Array,
    expiresAt: Date,
  ): Promise<boolean>

  /** Deletes a record. It is not an error if there is none. */
  delete(key: string): Promise<void>

  /**
   * Every unexpired key that starts with `prefix`, in any order. For maintenance only; no request uses
   * it.
   */
  scan(prefix: string): AsyncIterable<string>

  /** Resolves if the store is available; for readiness checks. */
  ping(): Promise<void>

  /** Waits for running operations, then closes the store. Every later operation is refused. */
  close(): Promise<void>
}

/**
 * The store could not be reached or did not answer in time. The operation may or may not have taken
 * effect.
 */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError"
}
