/** What an `Authorization` header says. */
export type BearerCredentials =
  | { kind: "token"; token: string }
  /** No header, or another scheme: the client does not know yet that it has to sign in. */
  | { kind: "none" }
  /** Broken syntax, or two credentials at once. */
  | { kind: "malformed" }

const BEARER = /^bearer(?: +(.*))?$/i
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Reads a bearer token from an `Authorization` header (RFC 6750 §2.1).
 *
 * A header that was sent twice arrives as one, joined by a comma, which no token contains.
 */
export function readBearerCredentials(header: string | null): BearerCredentials {
  const match = BEARER.exec(header?.trim() ?? "")
  if (!match) return { kind: header?.includes(",") ? "malformed" : "none" }
  const token = match[1]
  return token && B64TOKEN.test(token) ? { kind: "token", token } : { kind: "malformed" }
}
