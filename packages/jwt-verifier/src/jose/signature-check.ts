import type { SignatureAlgorithm } from "./algorithms.ts"
import type { CompactJws } from "./compact-jws.ts"
import type { VerificationKey } from "./verification-key.ts"

/**
 * Whether the signature is the key's. The algorithm is one that the key allows.
 *
 * @throws {UnusableKeyError} if the runtime cannot load the key.
 */
export type SignatureCheck = (
  key: VerificationKey,
  algorithm: SignatureAlgorithm,
  jws: CompactJws,
) => boolean | Promise<boolean>
