import { firstOf, jwtVerifier, type TokenVerifier } from "@doorward/jwt-verifier"
import type { IdentityAssertionIssuer } from "../options.ts"

/**
 * Verifies ID-JAGs for this server (draft-ietf-oauth-identity-assertion-authz-grant §3.1): type, signature,
 * issuer, audience and times. Each issuer can sign only for itself.
 *
 * @throws {ConfigurationError} if the options of an issuer are wrong.
 */
export const idJagVerifier = (
  issuers: readonly IdentityAssertionIssuer[],
  { audience, now }: { audience: string; now: () => number },
): TokenVerifier =>
  firstOf(
    ...issuers.map((issuer) =>
      jwtVerifier({ ...issuer, audience, typ: "oauth-id-jag+jwt", rememberBytes: 0, now }),
    ),
  )
