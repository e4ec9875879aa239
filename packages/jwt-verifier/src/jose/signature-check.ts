import type { SignatureAlgorithm } from "./algorithms.ts"
import type { CompactJws } from "./compact-jws.ts"
import type { VerificationKey } from "./verification-key.ts"

/**
 * Whether the signature was made with the key. The caller has checked that the key allows the algorithm.
 *
 * @throws {UnusableKeyError} if the runtime cannot load the key.
 */
export type SignatureCheck = (
  key: VerificationKey,
  algorithm: SignatureAlgorithm,
  jws: CompactJws,
) => boolean | Promise<boolean>
