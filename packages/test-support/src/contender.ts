import { flushCompileCache } from "node:module"

/** What a race needs of a store; the race itself knows the rest. */
interface RacedStore {
  ping(): Promise<void>
  close(): Promise<void>
}

const [, , stores = "", races = ""] = process.argv
const { openStore }: { openStore: (space: string, now: () => number) => RacedStore } = await import(
  stores
)
const { contend }: { contend: (store: RacedStore, race: object) => Promise<string[]> } =
  await import(races)
let store: RacedStore | undefined

/** Opens a store when it is told a space, and runs the race that it is told next. */
process.on("message", async (message: { space: string } | { race: object }) => {
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
