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
 * The contract of `Store` as a list of named checks; one that fails rejects and says what was wrong.
 *
 * It belongs to no test runner. With vitest or node:test:
 * ```ts
 * for (const { name, run } of storeConformance(harness)) it(name, run)
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
