import pg from "pg"

export interface ConnectionOptions {
  url: string
  poolSize: number
  timeoutMilliseconds: number
}

/**
 * Creates a pool of connections that runs statements, none of which waits for long.
 *
 * A connection that failed is not used again. If it failed without an error from PostgreSQL, the idle
 * connections are abandoned too, because they may hang as well.
 */
export function createConnections({ url, poolSize, timeoutMilliseconds }: ConnectionOptions) {
  let pool = createPool()

  function createPool(): pg.Pool {
    const created = new pg.Pool({
      connectionString: url,
      application_name: "doorward",
      max: poolSize,
      connectionTimeoutMillis: timeoutMilliseconds,
      query_timeout: timeoutMilliseconds,
      keepAlive: true,
    })
    // Statements get the same errors. Without a listener, they would end the process.
    created.on("error", ignore)
    created.on("connect", (client) => client.on("error", ignore))
    return created
  }

  return {
    async run(statement: pg.QueryConfig): Promise<pg.QueryResult> {
      const used = pool
      const client = await used.connect()
      try {
        const result = await client.query(statement)
        client.release()
        return result
      } catch (error) {
        client.release(true)
        if (used === pool && !(error instanceof pg.DatabaseError)) {
          pool = createPool()
          used.end().catch(ignore)
        }
        throw error
      }
    },

    close: () => pool.end(),
  }
}

function ignore() {}
