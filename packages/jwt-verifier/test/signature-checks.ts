import * as nodeCrypto from "node:crypto"
import { joseSignatureCheck } from "../src/jose/jose-signature.ts"
import { nodeSignatureCheck } from "../src/jose/node-signature.ts"
import type { SignatureCheck } from "../src/jose/signature-check.ts"
import { jwtRules } from "../src/jwt-rules.ts"
import { createJwtVerifier } from "../src/jwt-verifier.ts"
import type { JwtVerifierOptions } from "../src/jwt-verifier-options.ts"
import type { TokenVerifier } from "../src/token-verifier.ts"

/** Both implementations, which must accept and refuse the same. */
export const signatureChecks: [string, SignatureCheck][] = [
  ["node:crypto", nodeSignatureCheck(nodeCrypto)],
  ["jose", joseSignatureCheck()],
]

/** A verifier with each implementation, by name. */
export function verifiers(options: JwtVerifierOptions): [string, TokenVerifier][] {
  return signatureChecks.map(([name, check]) => [name, createJwtVerifier(jwtRules(options), check)])
}
