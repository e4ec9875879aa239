const SECRET_NAMES = new Set([
  "access_token",
  "refresh_token",
  "id_token",
  "code",
  "code_verifier",
  "client_secret",
  "client_assertion",
  "registration_access_token",
  "request",
  "transaction",
  "csrf",
])
const SECRET_HEADERS = new Set(["authorization", "cookie", "set-cookie"])

/** Keeps secrets out of what is shown: by their parameter names, and by their values once those are known. */
export interface Secrets {
  /** From now on this value is shortened wherever it turns up. */
  learn(value: string | undefined): void
  text(text: string): string
  url(url: string): string
  header(name: string, value: string): string
  /** A form or JSON body. */
  body(body: string, mediaType: string): string
}

export function createSecrets(): Secrets {
  const known = new Set<string>()

  const text = (value: string): string => {
    let safe = value
    for (const secret of known) safe = safe.replaceAll(secret, shorten(secret))
    return safe
  }

  const byName = (parameters: URLSearchParams): string =>
    [...parameters]
      .map(([name, value]) => `${name}=${SECRET_NAMES.has(name) ? shorten(value) : text(value)}`)
      .join("&")

  return {
    learn(value) {
      if (value && value.length >= 8) known.add(value)
    },
    text,
    url(value) {
      const url = new URL(value)
      const query = byName(url.searchParams)
      return text(value.split(/[?#]/, 1)[0] ?? "") + (query && `?${query}`)
    },
    header(name, value) {
      if (!SECRET_HEADERS.has(name.toLowerCase())) return text(value)
      return value.replace(/[^\s=;,]{9,}/g, shorten)
    },
    body(body, mediaType) {
      if (mediaType.startsWith("application/x-www-form-urlencoded")) {
        return byName(new URLSearchParams(body))
      }
      if (!mediaType.includes("json")) return text(body)
      return text(body).replace(/"(\w+)":\s*"((?:[^"\\]|\\.)*)"/g, (pair, name, value) =>
        SECRET_NAMES.has(name) ? `"${name}":"${shorten(value)}"` : pair,
      )
    },
  }
}

/** Enough of a secret to tell two apart. */
export function shorten(secret: string): string {
  return secret.length < 16 ? "…" : `${secret.slice(0, 6)}…(${secret.length})`
}
