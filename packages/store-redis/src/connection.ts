import { StoreUnavailableError } from "@doorward/oauth-core"
import { TimeoutError, within } from "./deadline.ts"

/** The part of a `redis` client that a connection uses, the same for one server and for a cluster. */
export interface Connectable {
  readonly isOpen: boolean
  connect(): Promise<unknown>
  close(): Promise<unknown>
  destroy(): void
}

export interface ConnectionOptions<Client extends Connectable> {
  createClient: () => Client
  /** How many milliseconds connecting may take, and then the operation. */
  timeoutMilliseconds: number
  /** Whether a client is unusable after an operation failed with this error. */
  isBroken: (error: unknown) => boolean
}

const firstPause = 50
const longestPause = 2_000

/**
 * Keeps a client connected and runs operations on it, none of which waits for long.
 *
 * The first operation connects. A broken client is abandoned and a later operation creates a new one, so
 * that a half-open connection can't block the store. After a failed attempt to connect, operations are
 * refused at once until it is time for the next attempt.
 */
export function createConnection<Client extends Connectable>(options: ConnectionOptions<Client>) {
  const { timeoutMilliseconds, isBroken } = options
  const underWay = new Set<Promise<unknown>>()
  let connecting: Promise<Client> | undefined
  let current: { client: Client; since: number } | undefined
  let failures = 0
  let nextAttempt = 0
  let lastFailure: unknown
  let closed = false

  async function connected(): Promise<Client> {
    if (current?.client.isOpen) return current.client
    if (!connecting && performance.now() < nextAttempt) throw lastFailure
    connecting ??= connect().finally(() => {
      connecting = undefined
    })
    return connecting
  }

  async function connect(): Promise<Client> {
    const client = options.createClient()
    try {
      await within(timeoutMilliseconds, client.connect())
      current = { client, since: performance.now() }
      failures = 0
      return client
    } catch (error) {
      if (client.isOpen) client.destroy()
      lastFailure = error
      nextAttempt = performance.now() + pause(failures)
      failures += 1
      throw error
    }
  }

  /** Abandons a client, unless it is new, after its pending operations have ended. */
  async function leave(client: Client) {
    if (current?.client !== client || performance.now() - current.since < timeoutMilliseconds)
      return
    current = undefined
    await disconnect(client)
  }

  async function disconnect(client: Client) {
    if (!client.isOpen) return
    await within(timeoutMilliseconds, client.close()).catch(() => client.destroy())
  }

  async function perform<Result>(operation: (client: Client) => Promise<Result>): Promise<Result> {
    let client: Client | undefined
    try {
      client = await connected()
      return await within(timeoutMilliseconds, operation(client))
    } catch (error) {
      if (client && (error instanceof TimeoutError || isBroken(error))) void leave(client)
      throw new StoreUnavailableError(`Redis can't serve: ${reason(error)}`, { cause: error })
    }
  }

  return {
    /** @throws {StoreUnavailableError} if Redis can't be reached, does not answer in time or refuses. */
    async run<Result>(operation: (client: Client) => Promise<Result>): Promise<Result> {
      if (closed) throw new StoreUnavailableError("The store is closed")
      const performing = perform(operation)
      underWay.add(performing)
      try {
        return await performing
      } finally {
        underWay.delete(performing)
      }
    },

    /** Waits for pending operations, then disconnects. */
    async close() {
      closed = true
      await Promise.allSettled(underWay)
      if (current) await disconnect(current.client)
    },
  }
}

/** Doubles with each failure, and is random so that instances do not reconnect at the same time. */
function pause(failures: number): number {
  const full = Math.min(firstPause * 2 ** failures, longestPause)
  return full * (0.5 + Math.random() / 2)
}

function reason(error: unknown): string {
  // A host name with several addresses fails with one error for each, and has no message of its own.
  if (error instanceof AggregateError) return error.errors.map(reason).join(", ")
  return error instanceof Error ? error.message || error.name : String(error)
}
