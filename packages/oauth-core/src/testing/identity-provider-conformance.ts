import { authorizationChecks } from "./identity-provider-conformance/authorization.ts"
import { openFixture, type ProviderCheck } from "./identity-provider-conformance/check.ts"
import type { IdentityProviderHarness } from "./identity-provider-conformance/harness.ts"
import { otherTokenChecks, revocationChecks } from "./identity-provider-conformance/other-tokens.ts"
import { outageChecks } from "./identity-provider-conformance/outage.ts"
import { redemptionChecks } from "./identity-provider-conformance/redemption.ts"
import { refreshChecks } from "./identity-provider-conformance/refresh.ts"

/**
 * Returns the contract of `IdentityProvider` as a list of named checks, which need a healthy upstream.
 * A check that fails rejects with an `Error` that says what was wrong. It works with any test runner.
 *
 * @example
 * ```ts
 * const checks = identityProviderConformance({
 *   open: ({ fetch, now, timeoutMilliseconds }) => myProvider({ fetch, now, timeoutMilliseconds }),
 *   fetch,
 *   redirectUri: "https://mcp.example.com/auth/callback",
 *   signIn: (url, person, decision) => clickThrough(url, person, decision),
 *   identityFrom: "id_token",
 *   otherScopes: "none",
 *   revokes: false,
 * })
 * for (const { name, run } of checks) it(name, run)
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
