import { flushCompileCache } from "node:module"
import type { Store } from "../../src/index.ts"
import { contend, type StoreRace } from "../../src/testing/index.ts"

const [, , opener = ""] = process.argv
const { openStore }: { openStore: (space: string, now: () => number) => Store } = await import(
  opener
)
let store: Store | undefined

/** Opens a store when it is told a space, and runs the race that it is told next. */
process.on("message", async (message: { space: string } | { race: StoreRace }) => {
  if ("space" in message) {
    store = openStore(message.space, Date.now)
    await store.ping()
    process.send?.("ready")
  } else if (store) {
    const won = await contend(store, message.race)
    await store.close()
    process.send?.(won)
  }
})
// It is killed in the end, and would keep nothing of what it compiled for the next one.
flushCompileCache()
process.send?.("up")
