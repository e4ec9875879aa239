import { type Store, StoreUnavailableError } from "@doorward/oauth-core"
import { postgresAtHand, postgresUrl } from "@doorward/test-support/postgres-at-hand"
import { startRacers } from "@doorward/test-support/race-processes"
import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { ConfigurationError, type PostgresStoreOptions, postgresStore } from "../src/index.ts"
import { spaceTable } from "./open-store.ts"

const value = Uint8Array.of(1, 2, 3)
const inAnHour = () => new Date(Date.now() + 3_600_000)
const opened: Store[] = []
const tables: string[] = []

describe.skipIf(!postgresAtHand)("postgresStore", () => {
  let database: pg.Pool

  beforeAll(() => {
    database = new pg.Pool({ connectionString: postgresUrl, max: 2 })
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    for (const table of tables.splice(0)) await database.query(`DROP TABLE IF EXISTS ${table}`)
  })
  afterAll(() => database.end())

  function newTable() {
    const table = `doorward_test_${crypto.randomUUID().slice(0, 8)}`
    tables.push(table)
    return table
  }

  function open(options: Omit<PostgresStoreOptions, "url"> & { url?: string }) {
    const store = postgresStore({ url: postgresUrl, ...options })
    opened.push(store)
    return store
  }

  async function count(table: string, condition = "true") {
    const { rows } = await database.query(`SELECT count(*) FROM ${table} WHERE ${condition}`)
    return Number(rows[0].count)
  }

  async function failure(operation: Promise<unknown>): Promise<string> {
    const error = await operation.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    return (error as Error).message
  }

  it("creates its table once, even if several processes start at the same time", async () => {
    const space = crypto.randomUUID().slice(0, 8)
    tables.push(spaceTable(space))
    const racers = await startRacers({
      stores: import.meta.resolve("./open-store.ts"),
      races: import.meta.resolve("@doorward/oauth-core/testing"),
    })
    try {
      const won = await racers.race(space, { kind: "create", keys: ["type:a"] })
      expect(won.flat()).toEqual(["type:a"])
      expect(await count(spaceTable(space))).toBe(1)
    } finally {
      racers.end()
    }
  })

  it("neither connects nor creates anything before the first operation", async () => {
    const table = newTable()
    open({ table })
    const { rows } = await database.query("SELECT to_regclass($1)::text AS found", [table])
    expect(rows[0].found).toBeNull()
  })

  it("needs no right to create tables if the table exists", async () => {
    const table = newTable()
    await open({ table }).ping()
    const role = `${table}_role`
    await database.query(`CREATE ROLE ${role} LOGIN`)
    try {
      await database.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${role}`)
      const url = new URL(postgresUrl)
      url.username = role
      const store = postgresStore({ url: url.href, table })
      await store.put("type:a", value, inAnHour())
      expect(await store.take("type:a")).toEqual(value)
      await store.close()
      const elsewhere = postgresStore({ url: url.href, table: newTable() })
      expect(await failure(elsewhere.ping())).toMatch(/permission denied for schema/)
      await elsewhere.close()
    } finally {
      await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })

  it("leaves another program's table alone", async () => {
    const table = newTable()
    await database.query(`CREATE TABLE ${table} (name text)`)
    expect(await failure(open({ table }).put("type:a", value, inAnHour()))).toBe(
      `PostgreSQL can't serve: the table ${table} is "of unknown origin", and "Doorward records, schema 1" is needed`,
    )
    expect(await count(table)).toBe(0)
  })

  it("leaves the table of another version alone", async () => {
    const table = newTable()
    await open({ table }).ping()
    await database.query(`COMMENT ON TABLE ${table} IS 'Doorward records, schema 2'`)
    expect(await failure(open({ table }).ping())).toMatch(/is "Doorward records, schema 2", and/)
  })

  it("creates the table again if it was dropped", async () => {
    const table = newTable()
    const store = open({ table })
    await store.put("type:a", value, inAnHour())
    await database.query(`DROP TABLE ${table}`)
    expect(await failure(store.get("type:a"))).toMatch(/does not exist/)
    expect(await store.get("type:a")).toBeUndefined()
    await store.put("type:b", value, inAnHour())
    expect(await store.get("type:b")).toEqual(value)
  })

  it("works through a pooler that mixes up connections", async () => {
    const table = newTable()
    const store = open({ table, poolSize: 1 })
    await store.ping()
    // After every write, the connection loses its prepared statements, as if it were another connection.
    await database.query(`
      CREATE FUNCTION ${table}_forget() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE 'DEALLOCATE ALL'; RETURN NULL; END $$;
      CREATE TRIGGER forget AFTER INSERT OR UPDATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION ${table}_forget()`)
    try {
      await store.put("type:a", value, inAnHour())
      await store.put("type:a", Uint8Array.of(4), inAnHour())
      expect(await store.swap("type:a", Uint8Array.of(4), value, inAnHour())).toBe(true)
      expect(await store.get("type:a")).toEqual(value)
      expect(await store.take("type:a")).toEqual(value)
    } finally {
      await database.query(`DROP FUNCTION ${table}_forget CASCADE`)
    }
  })

  it("uses no more connections than poolSize", async () => {
    const name = `test-${crypto.randomUUID()}`
    const url = new URL(postgresUrl)
    url.searchParams.set("application_name", name)
    const store = open({ url: url.href, table: newTable(), poolSize: 3 })
    await Promise.all(Array.from({ length: 60 }, (_, at) => store.get(`type:${at}`)))
    const { rows } = await database.query(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1",
      [name],
    )
    expect(Number(rows[0].count)).toBe(3)
  })

  it("deletes records a minute after their expiry, with later writes", async () => {
    const table = newTable()
    let now = Date.UTC(2001, 0, 1)
    const store = open({ table, now: () => now })
    const write = async (from: number, records: number) => {
      const keys = Array.from({ length: records }, (_, at) => `type:${from + at}`)
      await Promise.all(keys.map((key) => store.put(key, value, new Date(now + 1_000))))
    }
    await write(0, 200)
    now += 60_999
    await write(1_000, 128)
    await store.ping()
    expect(await count(table)).toBe(328)
    now += 1
    await write(2_000, 128)
    await expect.poll(() => count(table, "key < 'type:1000' OR length(key) < 9")).toBe(0)
    expect(await count(table)).toBe(256)
  })

  it("says in its error what PostgreSQL said", async () => {
    const url = new URL(postgresUrl)
    url.pathname = "/doorward_no_such_database"
    const said = await failure(open({ url: url.href, table: newTable() }).ping())
    expect(said).toBe(`PostgreSQL can't serve: database "doorward_no_such_database" does not exist`)
  })
})

describe("postgresStore", () => {
  it.each(["", "localhost", "mysql://root:hunter2@localhost/test"])("refuses %j", (url) => {
    expect(() => postgresStore(url)).toThrow(TypeError)
    expect(() => postgresStore(url)).toThrow(/^postgresStore: url ((?!hunter2).)*$/)
  })

  it("reports every mistake in its options at once", () => {
    const options = { url: "localhost", table: "Records", poolSize: 0, timeoutMiliseconds: 1 }
    const create = () => postgresStore(options as unknown as PostgresStoreOptions)
    expect(create).toThrow(ConfigurationError)
    expect(create).toThrow(
      [
        "postgresStore:",
        "  url must be postgres://user:password@host:port/database",
        "  table must have at most 50 lower-case letters, digits and underscores, and no digit in front",
        "  poolSize must be at least 1",
        "  timeoutMiliseconds is not an option; did you mean timeoutMilliseconds?",
      ].join("\n"),
    )
  })

  it.each(["", "a b", "Records", "records;", "1st", "x".repeat(51)])(
    "refuses the table %j",
    (table) => {
      expect(() => postgresStore({ url: "postgres://localhost/test", table })).toThrow(TypeError)
    },
  )
})
