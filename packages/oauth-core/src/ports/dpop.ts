/** What a request with a DPoP proof is (RFC 9449 §4.3). */
export interface ProvenRequest {
  /** The `DPoP` header; `undefined` if there is none. */
  readonly proof: string | undefined
  /** The HTTP method. */
  readonly method: string
  /** The URL of the endpoint, as it is configured. */
  readonly url: string
  /** The access token that it came with, at a resource server. */
  readonly accessToken?: string
  /** The key that the access token is bound to: a proof of another one is refused, and not remembered. */
  readonly boundTo?: string
}

/** Checks DPoP proofs for all instances together (RFC 9449). */
export interface DpopCheck {
  /** Whether every token must be bound to a key. */
  readonly required: boolean
  /** `dpop_signing_alg_values_supported` (§5.1). */
  readonly algorithms: readonly string[]
  /** The nonce that the next proof must have (§8). */
  nonce(): Promise<string>
  /**
   * Checks the proof of a request: that it is for it, has one of the server's nonces, and was not used before.
   *
   * @returns the thumbprint of its key (RFC 7638).
   * @throws {DpopError} if it does not.
   */
  check(request: ProvenRequest): Promise<string>
}

const codes: Partial<Record<DpopError["reason"], DpopError["code"]>> = {
  dpop_nonce_needed: "use_dpop_nonce",
  dpop_key_mismatch: "invalid_token",
}

/** A request was refused because of its DPoP proof. */
export class DpopError extends Error {
  override readonly name = "DpopError"
  /** `use_dpop_nonce` if the client only has to repeat the request with a nonce (RFC 9449 §8, §9). */
  readonly code: "invalid_dpop_proof" | "invalid_token" | "use_dpop_nonce"
  /** Why: a fixed word. */
  readonly reason:
    | "dpop_proof_missing"
    | "dpop_proof_invalid"
    | "dpop_proof_replayed"
    | "dpop_nonce_needed"
    | "dpop_key_mismatch"

  constructor(reason: DpopError["reason"], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
    this.code = codes[reason] ?? "invalid_dpop_proof"
  }
}
