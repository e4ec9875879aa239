import pg from "pg"

/** The PostgreSQL server to test with. If it can't be reached, the tests are skipped, unless a variable names it. */
const named = process.env.DOORWARD_TEST_POSTGRES_URL
export const postgresUrl = named ?? "postgres://root@127.0.0.1:5432/test"
export const postgresAtHand = named !== undefined || (await answers(postgresUrl))

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  )
}
