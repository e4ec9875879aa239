import { authorizationChecks } from "./identity-provider-conformance/authorization.ts"
import { openFixture, type ProviderCheck } from "./identity-provider-conformance/check.ts"
import type { IdentityProviderHarness } from "./identity-provider-conformance/harness.ts"
import { otherTokenChecks, revocationChecks } from "./identity-provider-conformance/other-tokens.ts"
import { outageChecks } from "./identity-provider-conformance/outage.ts"
import { redemptionChecks } from "./identity-provider-conformance/redemption.ts"
import { refreshChecks } from "./identity-provider-conformance/refresh.ts"

/**
 * The contract of `IdentityProvider` as a list of named checks, against an upstream in good health; one
 * that fails rejects and says what was wrong.
 *
 * It belongs to no test runner. With vitest or node:test:
 * ```ts
 * for (const { name, run } of identityProviderConformance(harness)) it(name, run)
 * ```
 */
export function identityProviderConformance(
  harness: IdentityProviderHarness,
): readonly { name: string; run: () => Promise<void> }[] {
  const { otherScopes, revokes } = harness
  const checks: readonly ProviderCheck[] = [
    ...authorizationChecks,
    ...redemptionChecks,
    ...refreshChecks,
    ...outageChecks,
    ...(otherScopes === "none" ? [] : otherTokenChecks(otherScopes)),
    ...(revokes ? revocationChecks : []),
  ]
  return checks.map(([name, check]) => ({ name, run: () => check(openFixture(harness)) }))
}
