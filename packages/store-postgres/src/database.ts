import { StoreUnavailableError } from "@doorward/oauth-core"
import pg from "pg"
import { type ConnectionOptions, createConnections } from "./connections.ts"
import { prepareTable } from "./schema.ts"
import type { Statement } from "./statements.ts"

/** The SQLSTATE of a statement that uses a table that does not exist. */
const undefinedTable = "42P01"
/** The SQLSTATEs of a prepared statement that does not exist, or already exists: a pooler mixes connections. */
const preparedElsewhere: unknown[] = ["26000", "42P05"]

/** Runs statements in a database whose table is created before the first of them. */
export function createDatabase({ table, ...options }: ConnectionOptions & { table: string }) {
  const connections = createConnections(options)
  const underWay = new Set<Promise<unknown>>()
  let tableReady: Promise<void> | undefined
  let preparesStatements = true
  let closed = false

  function ensureTable(): Promise<void> {
    tableReady ??= prepareTable(connections.run, table).catch((error: unknown) => {
      tableReady = undefined
      throw error
    })
    return tableReady
  }

  async function perform(statement: Statement, values: unknown[]): Promise<pg.QueryResult> {
    try {
      await ensureTable()
      return await run(statement, values)
    } catch (error) {
      if (sqlState(error) === undefinedTable) tableReady = undefined
      throw new StoreUnavailableError(`PostgreSQL can't serve: ${reason(error)}`, { cause: error })
    }
  }

  /** Prepares statements once per connection, until that turns out not to work. */
  async function run({ name, text }: Statement, values: unknown[]): Promise<pg.QueryResult> {
    if (preparesStatements) {
      try {
        return await connections.run({ name, text, values })
      } catch (error) {
        // The statement was refused before it did anything, so it can be sent again.
        if (!preparedElsewhere.includes(sqlState(error))) throw error
        preparesStatements = false
      }
    }
    return connections.run({ text, values })
  }

  return {
    /** @throws {StoreUnavailableError} if PostgreSQL can't be reached, does not answer in time or refuses. */
    async query(statement: Statement, ...values: unknown[]): Promise<pg.QueryResult> {
      if (closed) throw new StoreUnavailableError("The store is closed")
      const performing = perform(statement, values)
      underWay.add(performing)
      try {
        return await performing
      } finally {
        underWay.delete(performing)
      }
    },

    /** Waits for pending statements, then disconnects. */
    async close() {
      if (closed) return
      closed = true
      await Promise.allSettled(underWay)
      await connections.close()
    },
  }
}

function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

function reason(error: unknown): string {
  // A host name with several addresses fails with one error for each, and has no message of its own.
  if (error instanceof AggregateError) return error.errors.map(reason).join(", ")
  return error instanceof Error ? error.message || error.name : String(error)
}
