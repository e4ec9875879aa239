import type { JoseHeader } from "../jose/compact-jws.ts"
import type { VerificationKey } from "../jose/verification-key.ts"

/** Where the keys for verifying tokens come from. */
export interface KeySource {
  /**
   * Finds the keys that the token may have been signed with, at least one. A key is the same object for
   * as long as it is valid; once it is missing from the answer, it has been withdrawn.
   *
   * @param issuer the token's `iss`, already checked to be one of the configured issuers.
   * @throws {TokenError} `unknown_key` or `keys_unavailable`.
   */
  keysFor(
    header: JoseHeader,
    issuer: string,
  ): readonly VerificationKey[] | Promise<readonly VerificationKey[]>
}
