import pg from "pg"

/** Kept as the table's comment, so that the one table tells its own version. */
const version = "Doorward records, schema 1"
/** "Door" in ASCII: one half of the advisory lock's key; the table's name makes the other. */
const lockClass = 0x446f6f72

type Run = (query: pg.QueryConfig) => Promise<pg.QueryResult>

/**
 * Creates the table if it is not there.
 *
 * Where it is, nothing is written, so the server's role needs no right to create anything. Of several
 * instances that start at once one creates it while the others wait.
 *
 * @throws if there is a table of that name that this version can't use.
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

/** One message to the server and one transaction: it is created whole or not at all. */
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
