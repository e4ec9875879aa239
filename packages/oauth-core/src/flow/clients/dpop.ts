import {
  DpopProofError,
  dpopAlgorithms,
  dpopProofWindow,
  verifyDpopProof,
} from "@doorward/jwt-verifier"
import { type DpopCheck, DpopError } from "../../ports/dpop.ts"
import { seenDpopProofs } from "../../records/dpop-proof.ts"
import type { Records } from "../../records/record-store.ts"
import type { BrowserBinding } from "../../tokens/browser-binding.ts"

/** How long a nonce is handed out; it is accepted for as long again. Milliseconds. */
const nonceWindow = 5 * 60 * 1000

/**
 * Checks DPoP proofs (RFC 9449 §4.3). Nonces are MACs of the time, so they need no memory and are the same on
 * every instance; used proofs are in the store for as long as they would be accepted.
 */
export function createDpopCheck({
  required,
  records,
  binding,
  now,
}: {
  required: boolean
  records: Records
  binding: BrowserBinding
  now: () => number
}): DpopCheck {
  const handleOf = (windowsAgo: number) =>
    `dpop nonce ${Math.floor(now() / nonceWindow) - windowsAgo}`
  const isOwnNonce = async (nonce: string) =>
    (await binding.matches(handleOf(0), nonce)) || (await binding.matches(handleOf(1), nonce))

  return {
    required,
    algorithms: dpopAlgorithms,
    nonce: () => binding.of(handleOf(0)),
    async check({ proof, method, url, accessToken, boundTo }) {
      if (proof === undefined) {
        throw new DpopError("dpop_proof_missing", "Send a DPoP proof with the request.")
      }
      const verified = await verifyDpopProof(proof, { method, url, accessToken, now }).catch(
        (cause: unknown) => {
          if (!(cause instanceof DpopProofError)) throw cause
          throw new DpopError("dpop_proof_invalid", `${cause.message}.`, { cause })
        },
      )
      const { jkt, jti, iat, nonce } = verified
      if (nonce === undefined || !(await isOwnNonce(nonce))) {
        throw new DpopError(
          "dpop_nonce_needed",
          "Repeat the request with the nonce of the DPoP-Nonce header in the proof.",
        )
      }
      if (boundTo !== undefined && boundTo !== jkt) {
        throw new DpopError(
          "dpop_key_mismatch",
          "The DPoP proof is signed with another key than the token's.",
        )
      }
      const handle = JSON.stringify([jkt, jti])
      const keptUntil = (iat + dpopProofWindow + 1) * 1000
      if (await records.swap(seenDpopProofs, handle, undefined, true, keptUntil)) return jkt
      throw new DpopError(
        "dpop_proof_replayed",
        "The DPoP proof has already been used. Make a new one, with a new jti, for each request.",
      )
    },
  }
}
