import type { JWTPayload } from "jose"
import type { AuthorizationServer, ClientAuth } from "oauth4webapi"
import type { ExplainRefusal, explainRefusal } from "./refusal.ts"
import type { UpstreamCallOptions } from "./upstream-fetch.ts"

/** What an OAuth client needs to know about its authorization server, and about itself. */
export interface UpstreamClientOptions extends UpstreamCallOptions {
  /** The server's metadata (RFC 8414 §2); its URLs must be https, or http on a loopback host. */
  server: AuthorizationServer
  /** The client's id at the server. */
  clientId: string
  /** How the client authenticates at the server's endpoints (RFC 6749 §2.3). */
  authentication: ClientAuth
  /**
   * Whether the server is an OpenID provider. If not, an id_token in its answers is ignored.
   * Default: true.
   */
  openid?: boolean
  /**
   * Whether an `iss` in the callback must be the server's `issuer` (RFC 9207). Set it to false where the
   * issuer is not known before the answer comes. Default: true.
   */
  checkCallbackIssuer?: boolean
  /**
   * Returns the issuer that an id_token must carry, given its claims before they are verified, where one
   * server issues for many tenants. Default: the server's `issuer`.
   */
  expectedIssuer?: (unverified: JWTPayload) => string | Promise<string>
  /** Says what a refusal of this server means. Default: {@link explainRefusal}. */
  explain?: ExplainRefusal
}
