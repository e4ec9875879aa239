import type { Context } from "hono"
import { OAuthError } from "../ports/errors.ts"

/** No request of this server's needs more, in bytes. */
export const bodyMaxBytes = 16 * 1024
/** The consent form carries an authorization request sealed, which takes up to three times its room. */
export const consentMaxBytes = 4 * bodyMaxBytes

/**
 * Reads a form (RFC 6749 appendix B).
 *
 * @throws {OAuthError} `invalid_request` for another media type.
 */
export async function readForm(c: Context): Promise<URLSearchParams> {
  demandMediaType(c, "application/x-www-form-urlencoded")
  return new URLSearchParams(await c.req.text())
}

/**
 * Reads a JSON document.
 *
 * @throws {OAuthError} `invalid_request` for another media type; `invalid_client_metadata` if it is
 * not JSON.
 */
export async function readJson(c: Context): Promise<unknown> {
  demandMediaType(c, "application/json")
  try {
    return JSON.parse(await c.req.text())
  } catch {
    // The parser's error is no cause to keep: it quotes the body, which may hold a secret.
    throw new OAuthError(
      "invalid_client_metadata",
      "malformed_request",
      "The body must be a JSON document.",
    )
  }
}

function demandMediaType(c: Context, wanted: string): void {
  const given = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase()
  if (given === wanted) return
  throw new OAuthError("invalid_request", "wrong_media_type", `Send the body as ${wanted}.`, {
    status: 415,
  })
}
