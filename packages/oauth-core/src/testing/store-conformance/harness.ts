import type { Store } from "../../ports/store.ts"

/** What the suite needs to know about the store it tests. */
export interface StoreHarness {
  /**
   * Opens a store that uses the clock `now`, in milliseconds since the epoch.
   *
   * Stores opened with the same space must share their records, as two instances of a server would.
   * Stores opened with different spaces must not see each other's records. The suite chooses the names
   * of spaces: at most 20 lower-case letters and digits.
   */
  open(space: string, now: () => number): Store | Promise<Store>

  /**
   * Runs `contend` in several processes at the same time, each with its own store on this space and the
   * real clock, and returns the keys that each of them won. `"one process"` if two stores never share
   * records.
   */
  race:
    | ((space: string, race: StoreRace) => Promise<readonly (readonly string[])[]>)
    | "one process"

  /**
   * Cuts the stores off from their server. The stores must be configured to give up on an operation
   * within 2 seconds. `"no server"` if there is no server.
   */
  outage: StoreOutage | "no server"
}

/**
 * What every process of a race does to every key. It is plain data and can be passed to a process as
 * JSON.
 */
export interface StoreRace {
  /**
   * The operation: `take`, `swap` from no record, `swap` from the same bytes, or counting up by `swap`.
   */
  kind: "take" | "create" | "replace" | "count"
  /** The keys that all processes use. */
  keys: readonly string[]
}

/** Simulates outages of a store's server. */
export interface StoreOutage {
  /**
   * Starts an outage.
   *
   * - `refused`: connections are closed, and new ones are refused.
   * - `stalled`: connections stay open, but nothing gets through.
   * - `replies lost`: requests reach the server, but its replies are lost.
   */
  begin(kind: "refused" | "stalled" | "replies lost"): Promise<void>
  /** Ends the outage. */
  end(): Promise<void>
}
