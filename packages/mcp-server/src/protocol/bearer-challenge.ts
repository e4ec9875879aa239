/** A `WWW-Authenticate: Bearer` challenge (RFC 6750 §3, RFC 9728 §5.1). */
export interface BearerChallenge {
  /** Absent if the request carried no credentials. */
  error?: "invalid_request" | "invalid_token" | "insufficient_scope" | "insufficient_claims"
  description?: string
  /** What the client should ask for. */
  scopes?: readonly string[]
  resourceMetadataUrl: string
  /** A claims request as JSON text; it is sent in base64, as Entra ID's clients expect it. */
  claims?: string
}

/** The value of the header. Characters that a parameter can't have are replaced, so no text can end its quotes early. */
export function formatBearerChallenge(challenge: BearerChallenge): string {
  const { error, description, scopes, resourceMetadataUrl, claims } = challenge
  const parameters: string[] = []
  if (error) parameters.push(`error=${quoted(error)}`)
  if (description) parameters.push(`error_description=${quoted(describable(description))}`)
  if (scopes?.length) parameters.push(`scope=${quoted(scopes.join(" "))}`)
  parameters.push(`resource_metadata=${quoted(resourceMetadataUrl)}`)
  if (claims) parameters.push(`claims=${quoted(base64(claims))}`)
  return `Bearer ${parameters.join(", ")}`
}

/** A quoted-string (RFC 9110 §5.6.4). */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&")}"`
}

/** The characters that RFC 6750 §3 allows in an `error_description`: no quotes, no backslashes. */
function describable(text: string): string {
  return text.replaceAll('"', "'").replaceAll("\\", "/")
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
