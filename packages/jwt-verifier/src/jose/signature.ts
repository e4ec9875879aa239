import { nodeCrypto } from "../runtime.ts"
import { joseSignatureCheck } from "./jose-signature.ts"
import { nodeSignatureCheck } from "./node-signature.ts"
import type { SignatureCheck } from "./signature-check.ts"

/** The fastest implementation that this runtime supports. */
export const checkSignature: SignatureCheck = nodeCrypto
  ? nodeSignatureCheck(nodeCrypto)
  : joseSignatureCheck()
