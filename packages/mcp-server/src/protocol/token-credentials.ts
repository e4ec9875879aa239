/** How an access token is sent: whoever has it may use it, or only whoever has its key (RFC 9449 §7.1). */
export type TokenScheme = "Bearer" | "DPoP"

/** What an `Authorization` header says. */
export type TokenCredentials =
  | { kind: "token"; scheme: TokenScheme; token: string }
  /** No header, or another scheme: the client does not know yet that it has to sign in. */
  | { kind: "none" }
  /** Broken syntax, or two credentials at once. */
  | { kind: "malformed" }

const CREDENTIALS = /^(bearer|dpop)(?: +(.*))?$/i
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Reads an access token from an `Authorization` header (RFC 6750 §2.1, RFC 9449 §7.1).
 *
 * A header that was sent twice arrives as one, joined by a comma, which no token contains.
 */
export function readTokenCredentials(
  header: string | null,
  accepted: readonly TokenScheme[],
): TokenCredentials {
  const [, name = "", token] = CREDENTIALS.exec(header?.trim() ?? "") ?? []
  const scheme = accepted.find((each) => each.toLowerCase() === name.toLowerCase())
  if (!scheme) return { kind: header?.includes(",") ? "malformed" : "none" }
  return token && TOKEN68.test(token) ? { kind: "token", scheme, token } : { kind: "malformed" }
}
