import type { OAuthError, OAuthErrorCode } from "../ports/errors.ts"

/** An error response (RFC 6749 §5.2). */
export interface ErrorResponse {
  error: OAuthErrorCode
  error_description: string
}

/** Builds the response body for an error. */
export const buildErrorResponse = (error: OAuthError): ErrorResponse => ({
  error: error.code,
  error_description: describe(error.message),
})

/**
 * RFC 6749 §5.2 allows only printable ASCII without quotes and backslashes; an operator's text may have
 * more.
 */
const describe = (message: string): string =>
  message
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replaceAll('"', "'")
    .replace(/[^\x20-\x7e]|\\/g, "?")
