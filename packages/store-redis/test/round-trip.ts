import { redisStore } from "../src/index.ts"

/** Writes and reads a record and closes the store, after which the process must end by itself. */
const store = redisStore(process.argv[2] ?? "")
try {
  await store.ping()
  await store.put("type:a", Uint8Array.of(1, 2, 3), new Date(Date.now() + 60_000))
  process.stdout.write(String(await store.get("type:a")))
} catch (error) {
  process.stdout.write(String(error))
} finally {
  await store.close()
}
