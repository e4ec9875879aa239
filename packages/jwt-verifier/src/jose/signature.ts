import { nodeCrypto } from "../runtime.ts"
import { joseSignatureCheck } from "./jose-signature.ts"
import { nodeSignatureCheck } from "./node-signature.ts"
import type { SignatureCheck } from "./signature-check.ts"

/** The fastest that this runtime has. */
export const checkSignature: SignatureCheck = nodeCrypto
  ? nodeSignatureCheck(nodeCrypto)
  : joseSignatureCheck()
