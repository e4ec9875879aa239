import type { JoseHeader } from "../jose/compact-jws.ts"
import type { VerificationKey } from "../jose/verification-key.ts"

/** Where the keys come from that tokens are verified with. */
export interface KeySource {
  /**
   * The keys that this token may have been signed with, at least one. The same key is the same object
   * for as long as it is valid; an answer that lacks it says that it was withdrawn.
   *
   * @param issuer the token's `iss`, already found to be one of the configured.
   * @throws {TokenError} `unknown_key` or `keys_unavailable`.
   */
  keysFor(
    header: JoseHeader,
    issuer: string,
  ): readonly VerificationKey[] | Promise<readonly VerificationKey[]>
}
