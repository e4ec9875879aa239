import { describe, expect, it } from "vitest"
import { memoryStore } from "../../src/index.ts"
import { storeConformance } from "../../src/testing/index.ts"

describe("memoryStore", () => {
  const checks = storeConformance({
    open: (_space, now) => memoryStore({ now }),
    race: "one process",
    outage: "no server",
  })
  it.each(checks)("$name", ({ run }) => run())

  it("copies a Buffer, whose slice method would share its memory", async () => {
    const store = memoryStore()
    const given = Buffer.from("value")
    await store.put("type:a", given, new Date(Date.now() + 1_000))
    given.fill(0)
    expect(await store.get("type:a")).toEqual(Uint8Array.from(Buffer.from("value")))
  })
})
