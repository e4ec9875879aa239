/** Something that a server must or should do for its clients, and the specification that says so. */
export interface Requirement {
  /** A server that breaks a MUST fails its step. */
  level: "MUST" | "SHOULD"
  /** What a server does that meets it, in one sentence. */
  text: string
  /** The specification and section that says so. */
  source: string
}

/** Everything that the steps check. */
export const REQUIREMENTS = {
  "token-required": must("a request without a token is answered with 401", "OAuth 2.1 §5.3"),
  "bearer-challenge": must("a 401 carries a Bearer challenge", "RFC 6750 §3"),
  "challenge-metadata": should("the challenge names the resource metadata", "RFC 9728 §5.1"),
  "challenge-without-error": should(
    "the challenge has no error when no token was sent",
    "OAuth 2.1 §5.3.2",
  ),
  "challenge-scope": should(
    "the challenge says which scopes to ask for",
    "MCP 2025-11-25, SEP-835",
  ),
  "challenge-offline-access": should(
    "neither challenge nor resource metadata lists offline_access",
    "SEP-2207",
  ),

  "resource-metadata": must("protected resource metadata is served", "RFC 9728 §3"),
  "resource-matches": must(
    "the metadata's resource is the URL that the client uses",
    "RFC 9728 §3.3",
  ),
  "authorization-servers": must(
    "the metadata names an authorization server",
    "MCP 2025-06-18, RFC 9728 §2",
  ),

  "server-metadata": must("authorization server metadata is served", "RFC 8414 §3"),
  "issuer-matches": must(
    "the metadata's issuer is the URL it was looked up by, character for character",
    "RFC 8414 §3.3",
  ),
  "secure-endpoints": must("the endpoints are https, except on loopback", "OAuth 2.1 §1.5"),
  "pkce-advertised": must("PKCE with S256 is advertised", "MCP 2025-11-25"),
  "iss-advertised": should(
    "the iss parameter of authorization responses is advertised",
    "RFC 9207 §3, SEP-2468",
  ),

  "client-metadata-document": should(
    "a client that has a metadata document need not register",
    "MCP 2025-11-25, SEP-991",
  ),
  "registration-created": must(
    "a registration is answered with 201 and a client_id",
    "RFC 7591 §3.2.1",
  ),
  "registration-redirect": must(
    "the registered redirect URI is kept as it was sent",
    "RFC 7591 §3.2.1",
  ),

  "state-returned": must("the callback carries the state that was sent", "OAuth 2.1 §4.1.2"),
  "iss-returned": must(
    "the callback's iss is the issuer, character for character, if it is advertised or present",
    "RFC 9207 §2.4",
  ),
  "code-returned": must("the callback carries a code", "OAuth 2.1 §4.1.2"),

  "token-response": must("the token response is what OAuth says it is", "OAuth 2.1 §3.2.3"),
  "token-not-stored": must("the token response forbids caching", "OAuth 2.1 §3.2.3"),
  "scope-not-widened": must(
    "no scope is granted on a refresh that was not granted before",
    "OAuth 2.1 §4.3",
  ),
  "refresh-rotated": must(
    "a public client's refresh token is replaced when it is used",
    "OAuth 2.1 §4.3.1",
  ),

  "tools-listed": must("the server lists its tools to a signed-in client", "MCP, tools/list"),
  "tool-called": must("a tool answers a signed-in client", "MCP, tools/call"),
  "step-up-challenge": should(
    "a 403 for missing scopes names them",
    "MCP 2025-11-25, RFC 6750 §3.1, SEP-2350",
  ),

  "forged-token-refused": must(
    "a forged token is answered with 401 invalid_token",
    "OAuth 2.1 §5.3.2",
  ),
  "query-token-ignored": must("a token in the query string is ignored", "OAuth 2.1 §5.1"),
  "two-tokens-refused": should("two credentials at once are answered with 400", "OAuth 2.1 §5.3.2"),
  "local-origin-validated": must(
    "a server on this machine refuses other sites' pages with 403",
    "MCP 2025-11-25, DNS rebinding",
  ),
  "origin-validated": should("a server refuses unknown sites' pages with 403", "MCP 2025-11-25"),
} satisfies Record<string, Requirement>

/** The name of a requirement, such as `token-required`. */
export type RequirementId = keyof typeof REQUIREMENTS

function must(text: string, source: string): Requirement {
  return { level: "MUST", text, source }
}

function should(text: string, source: string): Requirement {
  return { level: "SHOULD", text, source }
}
