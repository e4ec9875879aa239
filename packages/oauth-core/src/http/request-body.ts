import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"
import type { Context } from "hono"
import { OAuthError } from "../ports/errors.ts"

/** The largest body that this server accepts, in bytes. No valid request needs more. */
const bodyMaxBytes = 16 * 1024
/** The consent form contains a sealed authorization request, which is up to three times as large. */
export const consentMaxBytes = 4 * bodyMaxBytes

/**
 * Reads a form (RFC 6749 appendix B).
 *
 * @throws {OAuthError} `invalid_request` for another media type, or a body that is too large.
 */
export async function readForm(
  c: Context,
  maxBytes: number = bodyMaxBytes,
): Promise<URLSearchParams> {
  demandMediaType(c, "application/x-www-form-urlencoded")
  return new URLSearchParams(await readText(c, maxBytes))
}

/**
 * Reads a JSON document.
 *
 * @throws {OAuthError} `invalid_request` for another media type or a body that is too large;
 * `invalid_client_metadata` if the body is not JSON.
 */
export async function readJson(c: Context): Promise<unknown> {
  demandMediaType(c, "application/json")
  const text = await readText(c, bodyMaxBytes)
  try {
    return JSON.parse(text)
  } catch {
    // The parser's error must not become the cause: it quotes the body, which may contain a secret.
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

/** Does not read a body whose declared length is too large. */
async function readText(c: Context, maxBytes: number): Promise<string> {
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const bytes = c.req.raw.bodyUsed ? await readBefore(c) : await readNow(c, maxBytes)
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes)
  return new TextDecoder().decode(bytes)
}

async function readNow(c: Context, maxBytes: number): Promise<Uint8Array> {
  try {
    return await readBoundedBody(c.req.raw.body, maxBytes)
  } catch (cause) {
    if (cause instanceof BodyTooLargeError) throw tooLarge(maxBytes)
    throw new OAuthError(
      "invalid_request",
      "malformed_request",
      "The body could not be read to its end.",
      { cause },
    )
  }
}

/** What a middleware of the operator's has read of the body. Hono keeps it. */
const readBefore = async (c: Context) => new Uint8Array(await c.req.arrayBuffer())

const tooLarge = (maxBytes: number) =>
  new OAuthError(
    "invalid_request",
    "request_too_large",
    `The body must not be larger than ${maxBytes} bytes.`,
    { status: 413 },
  )
