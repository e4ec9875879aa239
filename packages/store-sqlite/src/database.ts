import { closeSync, openSync } from "node:fs"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { StoreUnavailableError } from "@doorward/oauth-core"

/** "Door" in ASCII. It marks the file as Doorward's, so that another program's database is never written to. */
const applicationId = 0x446f6f72
const schemaVersion = 1
/** How long a writer waits for another process's write, in milliseconds. */
const busyTimeout = 2_000
/** How long a process waits for others that open the file at the same time, in milliseconds. */
const openTimeout = 10_000
const SQLITE_BUSY = 5

const schema = `
  CREATE TABLE record (
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX record_expires_at ON record (expires_at);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`

/**
 * Opens the database file and prepares the statements. The file (with mode 0600) and its table are created
 * if they do not exist.
 *
 * @throws {StoreUnavailableError} with a message that names the file and says what is wrong with it.
 */
export function openDatabase(path: string) {
  let database: DatabaseSync | undefined
  try {
    // SQLite would create a file that everybody can read. Its -wal and -shm files get the mode of this one.
    closeSync(openSync(path, "a", 0o600))
    database = new DatabaseSync(path)
    prepareDatabase(database)
    return { database, statements: prepareStatements(database) }
  } catch (error) {
    database?.close()
    throw new StoreUnavailableError(`The store ${path} can't be opened: ${reason(error)}`, {
      cause: error,
    })
  }
}

function prepareDatabase(database: DatabaseSync) {
  database.exec(`PRAGMA busy_timeout = ${openTimeout}`)
  // In WAL mode, NORMAL would lose the last commits in a power failure.
  database.exec("PRAGMA synchronous = FULL")
  database.exec("BEGIN IMMEDIATE")
  createSchema(database)
  database.exec("COMMIT")
  switchToWal(database)
  database.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
}

/** Waits, because SQLite does not: the switch fails at once while another process has the file open. */
function switchToWal(database: DatabaseSync) {
  const deadline = Date.now() + openTimeout
  while (readPragma(database, "journal_mode") !== "wal") {
    try {
      database.exec("PRAGMA journal_mode = WAL")
    } catch (error) {
      if ((error as { errcode?: unknown }).errcode !== SQLITE_BUSY || Date.now() > deadline) {
        throw error
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

function createSchema(database: DatabaseSync) {
  const version = readPragma(database, "user_version")
  if (readPragma(database, "application_id") === applicationId) {
    if (version !== schemaVersion) {
      throw new Error(
        `it has schema ${version}, and this version of Doorward knows ${schemaVersion}`,
      )
    }
    return
  }
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() ?? {}
  if (tables !== 0) throw new Error("it is another program's database")
  database.exec(schema)
}

function readPragma(database: DatabaseSync, name: string) {
  return database.prepare(`PRAGMA ${name}`).get()?.[name]
}

/** Why an operation failed, in words that help an operator. */
export function reason(error: unknown): string {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (code === "ENOENT") return "its folder does not exist"
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return "it can't be written"
  if (code === "EISDIR") return "it is a folder"
  if (errcode === 26) return "it is not a database"
  return error instanceof Error ? error.message : String(error)
}

export type Statements = ReturnType<typeof prepareStatements>

/** Prepares the statements of the store's operations, once for each opened database. */
function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql)
  return {
    begin: prepare("BEGIN IMMEDIATE"),
    commit: prepare("COMMIT"),
    rollback: prepare("ROLLBACK"),
    get: prepare("SELECT value FROM record WHERE key = :key AND expires_at > :now"),
    put: prepare(`
      INSERT INTO record (key, value, expires_at) VALUES (:key, :next, :expiresAt)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`),
    take: prepare("DELETE FROM record WHERE key = :key AND expires_at > :now RETURNING value"),
    create: prepare(`
      INSERT INTO record (key, value, expires_at) VALUES (:key, :next, :expiresAt)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
      WHERE record.expires_at <= :now OR record.value = excluded.value`),
    replace: prepare(`
      UPDATE record SET value = :next, expires_at = :expiresAt
      WHERE key = :key AND expires_at > :now AND (value = :expected OR value = :next)`),
    delete: prepare("DELETE FROM record WHERE key = :key"),
    scan: prepare(`
      SELECT key FROM record WHERE key >= :from AND key < :end AND expires_at > :now
      ORDER BY key LIMIT :limit`),
    sweep: prepare(`
      DELETE FROM record WHERE rowid IN
      (SELECT rowid FROM record WHERE expires_at <= :now ORDER BY expires_at LIMIT :limit)`),
  }
}
