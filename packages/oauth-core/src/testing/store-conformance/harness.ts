import type { Store } from "../../ports/store.ts"

/** What the suite needs to know about the store it tests. */
export interface StoreHarness {
  /**
   * Opens a store whose clock is `now`.
   *
   * Stores of one space hold the same records, as two instances of a server would; stores of two spaces
   * see none of each other's. The suite names the spaces: lower-case letters and digits, at most 20.
   */
  open(space: string, now: () => number): Store | Promise<Store>

  /**
   * Runs `contend` in several processes at once, each with a store of its own on that space and the real
   * clock, and returns what each of them won. `"one process"` if two stores never share records.
   */
  race:
    | ((space: string, race: StoreRace) => Promise<readonly (readonly string[])[]>)
    | "one process"

  /**
   * Cuts the stores off from their server; the stores are to give up on an operation within 2 seconds.
   * `"no server"` if there is none.
   */
  outage: StoreOutage | "no server"
}

/** What every process of a race does on every key; it is plain data, to be handed to a process as JSON. */
export interface StoreRace {
  kind: "take" | "create" | "replace" | "count"
  keys: readonly string[]
}

export interface StoreOutage {
  /**
   * Begins an outage: connections are closed and new ones refused; or nothing gets through, with the
   * connections left open; or requests reach the server and its replies are lost.
   */
  begin(kind: "refused" | "stalled" | "replies lost"): Promise<void>
  /** Lets the server be reached again. */
  end(): Promise<void>
}
