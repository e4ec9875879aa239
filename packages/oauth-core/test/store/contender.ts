import { once } from "node:events"
import type { Store } from "../../src/index.ts"
import { contend } from "../../src/testing/index.ts"

const [opener, space, race] = process.argv.slice(2) as [string, string, string]
const { openStore }: { openStore: (space: string, now: () => number) => Store } = await import(
  opener
)

const store = openStore(space, Date.now)
await store.ping()
process.send?.("ready")
await once(process, "message")
process.send?.(await contend(store, JSON.parse(race)))
await store.close()
