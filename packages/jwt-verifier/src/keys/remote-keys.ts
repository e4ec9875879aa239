import { type FetchFunction, fetchJson } from "../http/fetch-json.ts"
import type { JoseHeader } from "../jose/compact-jws.ts"
import type { VerificationKey } from "../jose/verification-key.ts"
import { sharedIo } from "../runtime.ts"
import { TokenError } from "../token-error.ts"
import { KeySet } from "./key-set.ts"
import type { KeySource } from "./key-source.ts"

const seconds = 1000
/** How long keys are used if they cannot be refreshed. */
const staleLimit = 24 * 3600 * seconds
/** The shortest time between two requests for unknown kids. */
const unknownKeyInterval = 300 * seconds
const firstRetry = 1 * seconds
const lastRetry = 60 * seconds
const redirects = 3

export interface RemoteKeysOptions {
  /** Finds the URL of the keys. Called before the first request, and again after a failed one. */
  locate: () => URL | Promise<URL>
  fetch: FetchFunction
  now: () => number
  /** Milliseconds. */
  refreshInterval: number
}

/**
 * The keys that an issuer publishes, fetched when they are needed.
 *
 * While they are in use, they are refreshed in the background after about 9/10 of the interval. Callers
 * wait only if the keys are older than the interval. During an outage, the keys are used for up to 24
 * hours. An unknown kid causes a request at once, and then at most one every 5 minutes, or one per
 * interval if that is shorter.
 */
export class RemoteKeys implements KeySource {
  readonly #options: RemoteKeysOptions
  #location: URL | undefined
  #keys: KeySet | undefined
  #fetchedAt = 0
  #refreshAfter = 0
  #lookedForUnknownAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #failedAt = 0
  #retryAfter = 0
  #underWay: Promise<KeySet> | undefined

  constructor(options: RemoteKeysOptions) {
    this.#options = options
  }

  keysFor(header: JoseHeader): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    const now = this.#options.now()
    if (this.#keys && within(now, this.#fetchedAt, this.#options.refreshInterval)) {
      if (sharedIo && !within(now, this.#fetchedAt, this.#refreshAfter)) this.#fetchUnawaited(now)
      const keys = this.#keys.find(header)
      if (keys.length > 0) return keys
    }
    return this.#keysAfterFetch(header, now)
  }

  async #keysAfterFetch(header: JoseHeader, now: number): Promise<readonly VerificationKey[]> {
    const before = this.#keys
    const current = await this.#current(now)
    const keys = current.find(header)
    if (keys.length > 0) return keys
    if (current !== before) throw unknownKey()
    return this.#unknown(header, now)
  }

  /** Keys that are no older than the interval, or, during an outage, no older than the limit. */
  async #current(now: number): Promise<KeySet> {
    const keys = this.#keys
    if (!keys || !within(now, this.#fetchedAt, staleLimit)) return this.#fetch(now)
    if (within(now, this.#fetchedAt, this.#options.refreshInterval)) return keys
    if (this.#failures > 0 && sharedIo) {
      this.#fetchUnawaited(now)
      return keys
    }
    return this.#fetch(now).catch(() => keys)
  }

  async #unknown(header: JoseHeader, now: number): Promise<readonly VerificationKey[]> {
    if (!this.#underWay && this.#failures === 0) {
      const interval = Math.min(unknownKeyInterval, this.#options.refreshInterval)
      if (within(now, this.#lookedForUnknownAt, interval)) throw unknownKey()
      this.#lookedForUnknownAt = now
    }
    const keys = (await this.#fetch(now)).find(header)
    if (keys.length === 0) throw unknownKey()
    return keys
  }

  #fetchUnawaited(now: number): void {
    this.#fetch(now).catch(() => {})
  }

  /**
   * Fetches the keys. Callers that come at the same time share one request.
   *
   * @throws {TokenError} `keys_unavailable`, without a request if the last one has just failed.
   */
  #fetch(now: number): Promise<KeySet> {
    if (this.#underWay) return this.#underWay
    if (within(now, this.#failedAt, this.#retryAfter)) return Promise.reject(unavailable())
    const request = this.#request().finally(() => {
      this.#underWay = undefined
    })
    if (sharedIo) this.#underWay = request
    return request
  }

  async #request(): Promise<KeySet> {
    const { fetch, locate, now, refreshInterval } = this.#options
    try {
      this.#location ??= await locate()
      const document = await fetchJson(this.#location, { fetch, redirects })
      const keys = new KeySet(document, this.#keys)
      this.#keys = keys
      this.#fetchedAt = now()
      this.#refreshAfter = refreshInterval * (0.85 + Math.random() / 10)
      this.#failures = 0
      this.#retryAfter = 0
      return keys
    } catch (cause) {
      this.#location = undefined
      const delay = Math.min(lastRetry, firstRetry * 2 ** this.#failures)
      this.#failures += 1
      this.#failedAt = now()
      this.#retryAfter = delay * (0.5 + Math.random() / 2)
      throw unavailable(cause)
    }
  }
}

/** Whether less than `duration` has passed since then. Not if the clock has been set back. */
function within(now: number, since: number, duration: number): boolean {
  return now >= since && now < since + duration
}

function unknownKey(): TokenError {
  return new TokenError("unknown_key", "The key of the token is not known")
}

function unavailable(cause?: unknown): TokenError {
  return new TokenError("keys_unavailable", "The keys of the issuer are not available", { cause })
}
