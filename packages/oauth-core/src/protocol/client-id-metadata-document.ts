import { isLoopbackHost } from "@doorward/boundary"
import { OAuthError } from "../ports/errors.ts"
import { type ClientMetadata, parseClientMetadata } from "./client-metadata.ts"
import { grantTypes } from "./grant-type.ts"

/**
 * Whether a client id is the URL of a metadata document (draft-ietf-oauth-client-id-metadata-document
 * §2): https, with a path, and without a fragment, user information or dot segments.
 *
 * @param loopback whether this server itself is on loopback. Only then may the document be on loopback
 * too, and be served over http.
 */
export function isClientMetadataUrl(clientId: string, loopback = false): boolean {
  if (clientId.length > 2048 || !/^https?:\/\/[\x21-\x7e]+$/.test(clientId)) return false
  if (/[#\\]/.test(clientId)) return false
  const url = URL.parse(clientId)
  if (!url || url.username || url.password || url.pathname === "/") return false
  // The parser normalizes dot segments and case, so a URL that it changes was not canonical.
  if (url.href !== clientId || /%2e/i.test(url.pathname)) return false
  return isLoopbackHost(url.hostname) ? loopback : url.protocol === "https:"
}

/**
 * Validates a client's metadata document (§4). It must contain its own URL and no shared secret.
 *
 * @throws {OAuthError} `invalid_client_metadata` or `invalid_redirect_uri`
 */
export function parseClientMetadataDocument(clientId: string, document: unknown): ClientMetadata {
  const refuse = (why: string): never => {
    throw new OAuthError(
      "invalid_client_metadata",
      "client_metadata_invalid",
      `The client's metadata document is not valid: ${why}.`,
    )
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    return refuse("it must be a JSON object")
  }
  if (!("client_id" in document) || document.client_id !== clientId) {
    return refuse("its client_id must be the URL that it was fetched from")
  }
  if ("client_secret" in document || "client_secret_expires_at" in document) {
    return refuse("it must not contain a client_secret")
  }
  if (!("client_name" in document) || typeof document.client_name !== "string") {
    return refuse("client_name is required")
  }
  const method =
    "token_endpoint_auth_method" in document ? document.token_endpoint_auth_method : "none"
  if (method !== "none" && method !== "private_key_jwt") {
    return refuse("token_endpoint_auth_method must be none or private_key_jwt")
  }
  return parseClientMetadata({ ...document, token_endpoint_auth_method: method }, grantTypes)
}
