import { BackendError } from "../backend.ts"

/** How much a backend has to do at once. */
export interface TrafficLimits {
  maxInFlight: number
  maxStreams: number
}

/** Counts what is on its way to a backend, and the event streams that are open. */
export class Traffic {
  readonly #limits: TrafficLimits
  #inFlight = 0
  #streams = 0

  constructor(limits: TrafficLimits) {
    this.#limits = limits
  }

  /**
   * Runs a request, which is on its way until its answer is there or its stream has begun.
   *
   * @throws {BackendError} if there are too many already.
   */
  async whileInFlight<T>(run: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= this.#limits.maxInFlight) {
      throw new BackendError("too_many_requests", `${this.#inFlight} requests are on their way`)
    }
    this.#inFlight += 1
    try {
      return await run()
    } finally {
      this.#inFlight -= 1
    }
  }

  /** Takes a place for an event stream; false if there is none. */
  beginStream(): boolean {
    if (this.#streams >= this.#limits.maxStreams) return false
    this.#streams += 1
    return true
  }

  endStream(): void {
    this.#streams -= 1
  }
}
