import type { Store } from "../../ports/store.ts"
import {
  assert,
  assertAbsent,
  assertBytes,
  assertUnavailable,
  everyOperation,
  type StoreCheck,
  utf8,
} from "./check.ts"
import type { StoreOutage } from "./harness.ts"

/** The time within which an operation must give up, in milliseconds of real time. */
const patience = 15_000

/** Checks what a store does while its server is unavailable and afterwards. */
export function outageChecks(outage: StoreOutage): StoreCheck[] {
  async function during(kind: Parameters<StoreOutage["begin"]>[0], run: () => Promise<void>) {
    await outage.begin(kind)
    try {
      await run()
    } finally {
      await outage.end()
    }
  }

  return [
    ...(["refused", "stalled"] as const).map(
      (kind): StoreCheck => [
        `while connections are ${kind} every operation fails in time, and works again afterwards`,
        async ({ store, fromNow }) => {
          await store.put("type:a", utf8("a"), fromNow(1_000))
          await during(kind, async () => {
            const operations = Object.entries(everyOperation(store, fromNow(1_000)))
            await Promise.all(
              operations.map(([name, operation]) =>
                assertUnavailable(inTime(operation()), `${name} during the outage`),
              ),
            )
            // Try again, because the first failure may have closed a connection.
            await assertUnavailable(inTime(store.get("type:a")), "get, later in the outage")
          })
          await assertBack(store)
          await store.put("type:b", utf8("b"), fromNow(1_000))
          assertBytes(await store.take("type:b"), utf8("b"), "take of a record written afterwards")
        },
      ],
    ),
    [
      "records survive an outage",
      async ({ store, fromNow }) => {
        await store.put("type:a", utf8("a"), fromNow(1_000))
        await during("refused", () => assertUnavailable(inTime(store.ping()), "ping"))
        await assertBack(store)
        assertBytes(await store.get("type:a"), utf8("a"), "get after the outage")
      },
    ],
    [
      "a store that was opened during an outage works once the outage ends",
      async ({ open, fromNow }) => {
        let store: Store | undefined
        await during("refused", async () => {
          store = await open()
          await assertUnavailable(inTime(store.ping()), "ping during the outage")
        })
        assert(store !== undefined, "open: no store")
        await assertBack(store)
        await store.put("type:a", utf8("a"), fromNow(1_000))
        assertBytes(await store.get("type:a"), utf8("a"), "get after the outage")
      },
    ],
    [
      "swap may be repeated after its reply was lost, but take has deleted the record",
      async ({ store, fromNow }) => {
        await store.put("type:swapped", utf8("one"), fromNow(1_000))
        await store.put("type:taken", utf8("once"), fromNow(1_000))
        const swap = () => store.swap("type:swapped", utf8("one"), utf8("two"), fromNow(1_000))
        await during("replies lost", () => assertUnavailable(inTime(swap()), "swap"))
        await assertBack(store)
        assertBytes(await store.get("type:swapped"), utf8("two"), "get after the swap")
        assert(await swap(), "swap repeated: returned false")
        await during("replies lost", () =>
          assertUnavailable(inTime(store.take("type:taken")), "take"),
        )
        await assertBack(store)
        assertAbsent(await store.take("type:taken"), "take repeated")
      },
    ],
  ]
}

function inTime<Result>(operation: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<Result>()
  const timer = setTimeout(() => reject(new Error(`no answer in ${patience} ms`)), patience)
  return Promise.race([operation, promise]).finally(() => clearTimeout(timer))
}

/** Waits until the store answers again, as a readiness check would. */
async function assertBack(store: Store) {
  const deadline = performance.now() + patience
  while (true) {
    const back = await inTime(store.ping()).then(
      () => true,
      () => false,
    )
    if (back) return
    assert(performance.now() < deadline, `ping: still failing ${patience} ms after the outage`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
