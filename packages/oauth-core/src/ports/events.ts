/**
 * Why something was refused: stable, machine-readable, one per check. docs/events.md says what each
 * means and what mends it.
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

/** What happened, with identifiers but never a secret, a token or a code. */
export type ServerEvent =
  | { type: "client.registered"; clientId: string; clientName?: string }
  | { type: "client.deleted"; clientId: string }
  | { type: "consent.given"; clientId: string; scopes: readonly string[]; resource: string }
  | { type: "consent.remembered"; clientId: string; userId: string }
  | { type: "consent.denied"; clientId: string }
  | { type: "sign_in.completed"; clientId: string; userId: string; grantId: string }
  | { type: "token.issued"; clientId: string; userId: string; grantId: string }
  | { type: "token.refreshed"; clientId: string; userId: string; grantId: string }
  /** A client sent its last refresh token once more in time, and got the same successor. */
  | { type: "token.refresh_repeated"; clientId: string; userId: string; grantId: string }
  | { type: "upstream.refreshed"; clientId: string; userId: string; grantId: string }
  /** A tool asked for a token of the upstream provider, and there is none for it. */
  | {
      type: "upstream.failed"
      clientId: string
      userId: string
      grantId: string
      reason: RefusalReason
      /** The upstream's own code, or a fixed word. */
      detail: string
      /** For a log, after the operator's own redaction. */
      error: unknown
    }
  /** A grant has ended here, and the provider could not be told. */
  | {
      type: "upstream.revocation_failed"
      clientId: string
      userId: string
      grantId: string
      /** For a log, after the operator's own redaction. */
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
      /** More of the reason: the upstream's own code, or a fixed word. */
      detail?: string
      /** Once it is known: authenticated, or with a redirect URI of its own. */
      clientId?: string
      /** The `cause` of the refusal; for a log, after the operator's own redaction. */
      error?: unknown
    }
  | { type: "warning"; warning: string }

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
