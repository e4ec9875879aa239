import { type Store, StoreUnavailableError } from "../../ports/store.ts"
import type { StoreHarness } from "./harness.ts"

export type StoreCheck = readonly [name: string, check: (fixture: StoreFixture) => Promise<void>]

/** What a check works with: an empty space, a clock that stands still, and a store that uses both. */
export interface StoreFixture {
  readonly space: string
  readonly store: Store
  /**
   * In milliseconds since the epoch. It starts far from the real time, so a store that uses another
   * clock fails.
   */
  readonly clock: { now: number }
  /** The date that is this many milliseconds after the clock's time. */
  fromNow(milliseconds: number): Date
  /** Opens another store, by default on the same space. */
  open(space?: string, now?: () => number): Promise<Store>
  close(): Promise<void>
}

const startOfClock = Date.UTC(2001, 0, 1)

export async function openFixture(harness: StoreHarness): Promise<StoreFixture> {
  const space = newSpace()
  const clock = { now: startOfClock }
  const opened: Store[] = []

  async function open(inSpace = space, now = () => clock.now) {
    const store = await harness.open(inSpace, now)
    opened.push(store)
    return store
  }

  return {
    space,
    store: await open(),
    clock,
    open,
    fromNow: (milliseconds) => new Date(clock.now + milliseconds),
    async close() {
      for (const store of opened) await store.close()
    },
  }
}

export function newSpace(): string {
  return `c${crypto.randomUUID().replaceAll("-", "").slice(0, 15)}`
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function assert(condition: boolean, failure: string): asserts condition {
  if (!condition) throw new Error(failure)
}

export function assertEqual(actual: unknown, expected: unknown, what: string) {
  const [was, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  assert(was === should, `${what}: expected ${should}, got ${was}`)
}

export function assertBytes(
  actual: Uint8Array | undefined,
  expected: Uint8Array,
  what: string,
): asserts actual is Uint8Array {
  assert(actual !== undefined, `${what}: expected ${describe(expected)}, got no record`)
  const same =
    actual.length === expected.length && actual.every((byte, at) => byte === expected[at])
  assert(same, `${what}: expected ${describe(expected)}, got ${describe(actual)}`)
}

export function assertAbsent(actual: Uint8Array | undefined, what: string) {
  assert(actual === undefined, `${what}: expected no record, got ${actual && describe(actual)}`)
}

/** Every operation of a store on a key, each as a function that can be called repeatedly. */
export function everyOperation(
  store: Store,
  expiresAt: Date,
): Record<string, () => Promise<unknown>> {
  const value = utf8("value")
  return {
    get: () => store.get("type:any"),
    put: () => store.put("type:any", value, expiresAt),
    take: () => store.take("type:any"),
    "swap, absent": () => store.swap("type:any", undefined, value, expiresAt),
    "swap, present": () => store.swap("type:any", value, utf8("next"), expiresAt),
    delete: () => store.delete("type:any"),
    scan: () => collect(store.scan("type:")),
    ping: () => store.ping(),
  }
}

export async function assertUnavailable(operation: Promise<unknown>, what: string) {
  const error = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert(
    error instanceof StoreUnavailableError,
    `${what}: expected a StoreUnavailableError, got ${error ?? "an answer"}`,
  )
}

export async function collect(keys: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = []
  for await (const key of keys) collected.push(key)
  return collected
}

function describe(bytes: Uint8Array): string {
  return `${bytes.length} bytes [${bytes.subarray(0, 16).join(" ")}${bytes.length > 16 ? " …" : ""}]`
}
