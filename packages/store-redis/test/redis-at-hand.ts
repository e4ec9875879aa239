import { createClient } from "redis"

/** The Redis server to test with. If it can't be reached, the tests are skipped, unless a variable names it. */
const named = process.env.DOORWARD_TEST_REDIS_URL
export const redisUrl = named ?? "redis://127.0.0.1:6379"
export const redisAtHand = named !== undefined || (await answers(redisUrl))

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 10_000 } })
  client.on("error", () => undefined)
  return client.connect().then(
    () => client.close().then(() => true),
    () => false,
  )
}
