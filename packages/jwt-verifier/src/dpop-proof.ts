import { base64url, calculateJwkThumbprint, type JWK } from "jose"
import { asymmetricAlgorithms, type SignatureAlgorithm } from "./jose/algorithms.ts"
import { type CompactJws, parseClaims, parseCompactJws } from "./jose/compact-jws.ts"
import { checkSignature } from "./jose/signature.ts"
import { keyFromJwk } from "./jose/verification-key.ts"
import { mediaType } from "./media-type.ts"

/** What a DPoP proof must be about (RFC 9449 §4.3). */
export interface ExpectedDpopProof {
  /** The HTTP method of the request. */
  method: string
  /** The URL of the endpoint as it is configured, never from a Host header; query and fragment do not count. */
  url: string
  /** The access token that the request came with, at a resource server. Default: none, so no `ath` is asked for. */
  accessToken?: string | undefined
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

/** A DPoP proof that is good for its request, if its `jti` is new and its `nonce` is one of the server's. */
export interface DpopProof {
  /** The thumbprint of the key (RFC 7638), to compare with `cnf.jkt`. */
  readonly jkt: string
  /** What makes it different from every other proof of the key: at most 128 characters. */
  readonly jti: string
  /** When it was made, in seconds since the epoch. */
  readonly iat: number
  /** The nonce of the server that it contains, if any. */
  readonly nonce?: string
}

/** A DPoP proof is not good for its request. The message is safe to send. */
export class DpopProofError extends Error {
  override readonly name = "DpopProofError"
}

/** The algorithms that a proof may be signed with: `dpop_signing_alg_values_supported` (RFC 9449 §5.1). */
export const dpopAlgorithms: readonly string[] = asymmetricAlgorithms

/** How far the clock of a client may be off, in seconds: a proof is good that much before and after. */
export const dpopProofWindow = 5 * 60

const maxProofLength = 4096
const maxJtiLength = 128
/** An RSA key of 8192 bits; larger ones would take up to 30 times as long to check. */
const maxModulusLength = 1366

/**
 * Verifies a DPoP proof (RFC 9449 §4.3), except for what needs memory: that its `jti` was not seen before,
 * and its `nonce`.
 *
 * @param proof the `DPoP` header. One that was sent twice arrives joined by a comma, which no proof contains.
 * @returns the thumbprint of the key and what must still be checked.
 * @throws {DpopProofError} if it is not good for the request.
 *
 * @example
 * const { jkt } = await verifyDpopProof(proof, { method: "POST", url: "https://auth.example.com/token" })
 */
export async function verifyDpopProof(
  proof: string,
  { method, url, accessToken, now = Date.now }: ExpectedDpopProof,
): Promise<DpopProof> {
  const jws = parse(proof)
  const { htm, htu, iat, jti, ath, nonce } = read(() => parseClaims(jws))
  if (htm !== method) throw new DpopProofError("The proof is for another method")
  if (typeof htu !== "string" || withoutQuery(htu) !== withoutQuery(url)) {
    throw new DpopProofError("The proof is for another URL")
  }
  if (typeof iat !== "number" || Math.abs(now() / 1000 - iat) > dpopProofWindow) {
    throw new DpopProofError("The proof is too old, or of the future")
  }
  if (typeof jti !== "string" || jti === "" || jti.length > maxJtiLength) {
    throw new DpopProofError(`The proof needs a jti of at most ${maxJtiLength} characters`)
  }
  if (accessToken !== undefined && ath !== (await digestOf(accessToken))) {
    throw new DpopProofError("The proof is not for this access token")
  }
  if (nonce !== undefined && typeof nonce !== "string") throw malformed()
  // Last, because it costs most: a stranger can send any proof.
  const jwk = await checkKey(jws)
  const jkt = await calculateJwkThumbprint(jwk)
  return { jkt, jti, iat, ...(nonce !== undefined && { nonce }) }
}

function parse(proof: string): CompactJws {
  if (proof.length > maxProofLength) throw new DpopProofError("The proof is too long")
  const jws = read(() => parseCompactJws(proof))
  const { typ } = jws.header
  if (typ === undefined || mediaType(typ) !== "dpop+jwt") {
    throw new DpopProofError("The proof is of another type than dpop+jwt")
  }
  return jws
}

/** Checks that the proof is signed by the public key that it contains. */
async function checkKey(jws: CompactJws): Promise<JWK> {
  const { jwk, alg } = jws.header
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) {
    throw new DpopProofError("The proof has no key")
  }
  const given = jwk as JWK
  const isTooLarge = [given.n, given.x, given.y, given.e].some(
    (member) => typeof member === "string" && member.length > maxModulusLength,
  )
  if (isTooLarge) throw new DpopProofError("The key of the proof is too large")
  const algorithm = asymmetricAlgorithms.find((name) => name === alg)
  if (algorithm === undefined) {
    throw new DpopProofError("The proof is signed with an algorithm that is not accepted")
  }
  if (!(await isSigned(jws, given, algorithm))) {
    throw new DpopProofError("The proof is not signed by the public key that it contains")
  }
  return given
}

async function isSigned(
  jws: CompactJws,
  jwk: JWK,
  algorithm: SignatureAlgorithm,
): Promise<boolean> {
  try {
    const key = keyFromJwk(jwk)
    return key.algorithms.includes(algorithm) && (await checkSignature(key, algorithm, jws))
  } catch {
    // A key that is private, weak or no key at all.
    return false
  }
}

function read<T>(parsing: () => T): T {
  try {
    return parsing()
  } catch {
    throw malformed()
  }
}

const malformed = () => new DpopProofError("The proof is not one signed JWT")

function withoutQuery(text: string): string | undefined {
  const url = URL.parse(text)
  return url ? url.origin + url.pathname : undefined
}

async function digestOf(accessToken: string): Promise<string> {
  const bytes = new TextEncoder().encode(accessToken)
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
}
