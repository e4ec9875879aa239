import pg from "pg"

/** The comment of the table, which tells its version. */
const version = "Doorward records, schema 1"
/** "Door" in ASCII: one half of the advisory lock's key. The other half is a hash of the table's name. */
const lockClass = 0x446f6f72

type Run = (query: pg.QueryConfig) => Promise<pg.QueryResult>

/**
 * Creates the table if it does not exist.
 *
 * If it exists, nothing is written, so the server's role does not need the right to create anything. If
 * several instances start at once, one creates the table while the others wait.
 *
 * @throws if this version can't use the table that exists.
 */
export async function prepareTable(run: Run, table: string): Promise<void> {
  if ((await tableVersion(run, table)) === undefined) await createTable(run, table)
  const found = await tableVersion(run, table)
  if (found !== version) {
    throw new Error(`the table ${table} is "${found}", and "${version}" is needed`)
  }
}

async function tableVersion(run: Run, table: string): Promise<string | undefined> {
  const { rows } = await run({
    text: `SELECT coalesce(obj_description(oid, 'pg_class'), 'of unknown origin') AS version
      FROM pg_class WHERE oid = to_regclass($1)`,
    values: [pg.escapeIdentifier(table)],
  })
  return rows[0]?.version
}

/** Creates the table and its index in one message and one transaction: completely or not at all. */
async function createTable(run: Run, table: string): Promise<void> {
  const name = pg.escapeIdentifier(table)
  const index = pg.escapeIdentifier(`${table}_expires_at`)
  await run({
    text: `
      BEGIN;
      SELECT pg_advisory_xact_lock(${lockClass}, hashtext(${pg.escapeLiteral(table)}));
      CREATE TABLE IF NOT EXISTS ${name} (
        key text COLLATE "C" PRIMARY KEY,
        value bytea NOT NULL,
        expires_at bigint NOT NULL
      );
      CREATE INDEX IF NOT EXISTS ${index} ON ${name} (expires_at);
      COMMENT ON TABLE ${name} IS ${pg.escapeLiteral(version)};
      COMMIT`,
  })
}
