import type { Context } from "hono"
import type { ClientCredential } from "../../flow/clients/authenticate.ts"
import { OAuthError } from "../../ports/errors.ts"
import type { Parameters } from "../../protocol/parameters.ts"

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/**
 * Reads how a request authenticates its client (OAuth 2.1 §2.4): Basic authentication, a secret or
 * assertion in the body, or just the id of a public client.
 *
 * @throws {OAuthError} `invalid_request` if there are two methods, `invalid_client` if there is none.
 */
export function readClientCredential(c: Context, parameters: Parameters): ClientCredential {
  const basic = readBasic(c.req.header("authorization"))
  const clientId = parameters.get("client_id")
  const secret = parameters.get("client_secret")
  const assertion = parameters.get("client_assertion")
  if ([basic, secret, assertion].filter((given) => given !== undefined).length > 1) {
    throw new OAuthError(
      "invalid_request",
      "malformed_request",
      "Use only one method to authenticate the client.",
    )
  }
  if (assertion !== undefined) {
    if (parameters.get("client_assertion_type") !== assertionType) {
      throw new OAuthError(
        "invalid_request",
        "malformed_request",
        `client_assertion_type must be ${assertionType}.`,
      )
    }
    return { method: "assertion", clientId, assertion }
  }
  if (basic) {
    if (clientId !== undefined && clientId !== basic.clientId) {
      throw new OAuthError(
        "invalid_request",
        "malformed_request",
        "client_id differs from the one in the Authorization header.",
      )
    }
    // Some public clients send their id as a user name with an empty password.
    return basic.secret === ""
      ? { method: "none", clientId: basic.clientId }
      : { method: "secret", ...basic }
  }
  if (clientId === undefined) {
    throw new OAuthError(
      "invalid_client",
      "client_credential_missing",
      "Send client_id, with the client's credential if it has one.",
    )
  }
  return secret === undefined
    ? { method: "none", clientId }
    : { method: "secret", clientId, secret }
}

/** HTTP Basic with form-encoded parts (RFC 6749 §2.3.1). */
export function readBasic(header = ""): { clientId: string; secret: string } | undefined {
  if (!/^Basic\b/i.test(header)) return undefined
  try {
    const pair = new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(atob(header.slice(5).trim()), (char) => char.charCodeAt(0)),
    )
    const colon = pair.indexOf(":")
    if (colon > 0) {
      return { clientId: decode(pair.slice(0, colon)), secret: decode(pair.slice(colon + 1)) }
    }
  } catch {
    // Reported below.
  }
  throw new OAuthError(
    "invalid_client",
    "client_credential_wrong",
    "The Authorization header is not valid Basic authentication.",
  )
}

const decode = (text: string) => decodeURIComponent(text.replaceAll("+", "%20"))
