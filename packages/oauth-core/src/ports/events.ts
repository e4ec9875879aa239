/**
 * Why a request was refused: a stable, machine-readable name for each check. docs/events.md says what
 * each one means and how to fix it.
 */
export type RefusalReason =
  // The request itself
  | "malformed_request"
  | "repeated_parameter"
  | "missing_parameter"
  | "wrong_media_type"
  | "request_too_large"
  | "rate_limited"
  | "method_not_allowed"
  // The client
  | "unknown_client"
  | "client_credential_missing"
  | "client_credential_wrong"
  | "client_assertion_invalid"
  | "client_assertion_replayed"
  | "client_metadata_invalid"
  | "client_metadata_unavailable"
  | "registration_refused"
  | "registration_token_wrong"
  | "dpop_proof_missing"
  | "dpop_proof_invalid"
  | "dpop_proof_replayed"
  | "dpop_nonce_needed"
  | "dpop_key_mismatch"
  // The authorization request
  | "redirect_uri_invalid"
  | "redirect_uri_mismatch"
  | "response_type_unsupported"
  | "response_mode_unsupported"
  | "request_object_unsupported"
  | "request_uri_invalid"
  | "pkce_missing"
  | "pkce_method_unsupported"
  | "pkce_mismatch"
  | "scope_unknown"
  | "scope_widened"
  | "scope_needs_sign_in"
  | "resource_unknown"
  | "resource_ambiguous"
  | "resource_widened"
  | "prompt_invalid"
  | "claims_invalid"
  | "consent_required"
  // The person
  | "consent_form_invalid"
  | "cross_origin_form"
  | "consent_denied"
  | "browser_mismatch"
  | "transaction_unknown"
  | "upstream_denied"
  | "upstream_sign_in_required"
  | "upstream_interaction_required"
  | "upstream_misconfigured"
  | "upstream_unavailable"
  | "upstream_subject_changed"
  | "sign_in_refused"
  // Codes and tokens
  | "grant_type_unsupported"
  | "grant_type_not_allowed"
  | "identity_assertion_invalid"
  | "identity_assertion_replayed"
  | "subject_token_invalid"
  | "user_code_unknown"
  | "device_pending"
  | "device_polls_too_fast"
  | "device_code_unknown"
  | "device_code_of_another_client"
  | "device_code_expired"
  | "device_code_replayed"
  | "code_unknown"
  | "code_of_another_client"
  | "code_replayed"
  | "refresh_token_malformed"
  | "refresh_token_forged"
  | "refresh_token_of_another_client"
  | "refresh_token_reused"
  | "grant_ended"
  | "grant_of_another_user"
  | "token_of_another_client"
  // The server
  | "store_unavailable"
  | "record_unreadable"
  | "internal_error"

/**
 * Something that happened on the server. It has identifiers, but never a secret, token or code.
 * docs/events.md describes every event.
 */
export type ServerEvent =
  | { type: "client.registered"; clientId: string; clientName?: string }
  | { type: "client.deleted"; clientId: string }
  | { type: "consent.given"; clientId: string; scopes: readonly string[]; resource: string }
  | { type: "consent.remembered"; clientId: string; userId: string }
  | { type: "consent.denied"; clientId: string }
  | { type: "sign_in.completed"; clientId: string; userId: string; grantId: string }
  | { type: "token.issued"; clientId: string; userId: string; grantId: string }
  | { type: "token.refreshed"; clientId: string; userId: string; grantId: string }
  /**
   * A client repeated its previous refresh token within the grace period, and got the same successor.
   */
  | { type: "token.refresh_repeated"; clientId: string; userId: string; grantId: string }
  | { type: "upstream.refreshed"; clientId: string; userId: string; grantId: string }
  /** A tool asked for a token of the upstream provider and could not get one. */
  | {
      type: "upstream.failed"
      clientId: string
      userId: string
      grantId: string
      reason: RefusalReason
      /** The provider's own error code, or a fixed word. */
      detail: string
      /** For a log. It may quote the provider, so redact it first. */
      error: unknown
    }
  /** A grant has ended here, but the provider could not be told. */
  | {
      type: "upstream.revocation_failed"
      clientId: string
      userId: string
      grantId: string
      /** For a log. It may quote the provider, so redact it first. */
      error: unknown
    }
  | {
      type: "grant.ended"
      clientId: string
      userId: string
      grantId: string
      cause: GrantEndCause
    }
  | { type: "keys.rotated"; keyId: string }
  | {
      type: "request.refused"
      endpoint: string
      reason: RefusalReason
      /** More about the reason: the provider's own error code, the rule that refused, or a fixed word. */
      detail?: string
      /** The person, if the refusal is about who they are. */
      userId?: string
      /** Present once the client is known: it authenticated, or its redirect URI was checked. */
      clientId?: string
      /** The `cause` of the refusal, for a log. It may quote the provider, so redact it first. */
      error?: unknown
    }
  | { type: "warning"; warning: string }

/** Why a grant ended before its time. docs/events.md says what each one means. */
export type GrantEndCause =
  | "revoked_by_client"
  | "revoked_by_user"
  | "revoked_by_operator"
  | "code_replayed"
  | "refresh_token_reused"
  | "upstream_refused"
  | "upstream_subject_changed"
  | "sign_in_refused"
  | "superseded"
