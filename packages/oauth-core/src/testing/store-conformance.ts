import { openFixture, type StoreCheck } from "./store-conformance/check.ts"
import { closingChecks } from "./store-conformance/closing.ts"
import { contentionChecks } from "./store-conformance/contention.ts"
import { expiryChecks } from "./store-conformance/expiry.ts"
import type { StoreHarness } from "./store-conformance/harness.ts"
import { outageChecks } from "./store-conformance/outage.ts"
import { scanChecks } from "./store-conformance/scan.ts"
import { sharingChecks } from "./store-conformance/sharing.ts"
import { swapChecks } from "./store-conformance/swap.ts"
import { valueChecks } from "./store-conformance/values.ts"

/**
 * Returns the contract of `Store` as a list of named checks. A check that fails rejects with an `Error`
 * that says what was wrong. It works with any test runner.
 *
 * @example
 * ```ts
 * const checks = storeConformance({
 *   open: (_space, now) => memoryStore({ now }),
 *   race: "one process",
 *   outage: "no server",
 * })
 * for (const { name, run } of checks) it(name, run)
 * ```
 */
export function storeConformance(
  harness: StoreHarness,
): readonly { name: string; run: () => Promise<void> }[] {
  const { race, outage } = harness
  const checks: readonly StoreCheck[] = [
    ...valueChecks,
    ...expiryChecks,
    ...swapChecks,
    ...scanChecks,
    ...contentionChecks,
    ...closingChecks,
    ...(race === "one process" ? [] : sharingChecks(race)),
    ...(outage === "no server" ? [] : outageChecks(outage)),
  ]
  return checks.map(([name, check]) => ({
    name,
    async run() {
      const fixture = await openFixture(harness)
      try {
        await check(fixture)
      } finally {
        await fixture.close()
      }
    },
  }))
}
