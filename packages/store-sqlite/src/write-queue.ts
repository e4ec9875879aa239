import type { DatabaseSync } from "node:sqlite"
import { StoreUnavailableError } from "@doorward/oauth-core"
import { reason, type Statements } from "./database.ts"

/** A sweep follows this many writes. It deletes up to twice as many records, so it always catches up. */
const writesPerSweep = 64

interface PendingWrite {
  write: () => unknown
  resolve: (result: unknown) => void
  reject: (error: Error) => void
}

/**
 * Runs writes in order, those of one turn of the event loop in one transaction.
 *
 * A commit waits for the disk. By sharing it, a busy server waits once per turn instead of once per
 * write. A write's promise settles when its transaction is on the disk.
 */
export function createWriteQueue(
  database: DatabaseSync,
  statements: Statements,
  now: () => number,
) {
  let pending: PendingWrite[] = []
  let writesToSweep = writesPerSweep

  function flush() {
    const batch = pending
    pending = []
    try {
      const settled = transaction(() => batch.map(attempt))
      for (const settle of settled) settle()
    } catch (error) {
      for (const { reject } of batch) reject(unavailable(error))
    }
    writesToSweep -= batch.length
    if (writesToSweep <= 0) {
      writesToSweep = writesPerSweep
      setImmediate(sweep)
    }
  }

  /** Does one write. The result is to be called once the transaction is committed; it settles the write. */
  function attempt({ write, resolve, reject }: PendingWrite): () => void {
    try {
      const result = write()
      return () => resolve(result)
    } catch (error) {
      // SQLite has rolled back only the failed statement, or the whole transaction if it had to.
      if (!database.isTransaction) throw error
      return () => reject(unavailable(error))
    }
  }

  function transaction<Result>(run: () => Result): Result {
    statements.begin.run()
    try {
      const result = run()
      statements.commit.run()
      return result
    } catch (error) {
      if (database.isTransaction) statements.rollback.run()
      throw error
    }
  }

  function sweep() {
    if (!database.isOpen) return
    try {
      transaction(() => statements.sweep.run({ now: now(), limit: 2 * writesPerSweep }))
    } catch {
      // Expired records are invisible anyway, and the next sweep will find them.
    }
  }

  return {
    run<Result>(write: () => Result): Promise<Result> {
      return new Promise((resolve, reject) => {
        if (pending.length === 0) setImmediate(flush)
        pending.push({ write, resolve: resolve as (result: unknown) => void, reject })
      })
    },
  }
}

export function unavailable(error: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`The store failed: ${reason(error)}`, { cause: error })
}
