import { createHash } from "node:crypto"
import pg from "pg"

export interface Statement {
  /** The name of the prepared statement. It depends on the text, because other versions may share a pooler. */
  name: string
  text: string
}

/**
 * The statements for one table, one for each operation of the store.
 *
 * Times are milliseconds since the epoch and come from the caller, whose clock decides.
 */
export function statementsFor(tableName: string) {
  const table = pg.escapeIdentifier(tableName)
  return {
    get: statement(`SELECT value FROM ${table} WHERE key = $1 AND expires_at > $2`),
    put: statement(`
      INSERT INTO ${table} (key, value, expires_at) VALUES ($1, $2, $3)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`),
    take: statement(`DELETE FROM ${table} WHERE key = $1 AND expires_at > $2 RETURNING value`),
    create: statement(`
      INSERT INTO ${table} AS held (key, value, expires_at) VALUES ($1, $2, $3)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
      WHERE held.expires_at <= $4 OR held.value = excluded.value`),
    replace: statement(`
      UPDATE ${table} SET value = $2, expires_at = $3
      WHERE key = $1 AND expires_at > $4 AND (value = $5 OR value = $2)`),
    delete: statement(`DELETE FROM ${table} WHERE key = $1`),
    scan: statement(`
      SELECT key FROM ${table} WHERE key >= $1 AND key < $2 AND expires_at > $3
      ORDER BY key LIMIT $4`),
    sweep: statement(`
      DELETE FROM ${table} WHERE key IN (
        SELECT key FROM ${table} WHERE expires_at <= $1
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
      )`),
    ping: statement("SELECT 1"),
  }
}

function statement(text: string): Statement {
  const digest = createHash("sha256").update(text).digest("hex")
  return { name: `doorward_${digest.slice(0, 32)}`, text }
}
