import { OAuthError } from "../ports/errors.ts"

/**
 * Request parameters according to RFC 6749 §3.1: an empty one counts as absent, and only the ones
 * listed below may repeat.
 */
export interface Parameters {
  /** @throws {OAuthError} `invalid_request` if it is repeated. */
  get(name: string): string | undefined
  getAll(name: string): readonly string[]
  /** @throws {OAuthError} `invalid_request` if it is absent or repeated. */
  require(name: string): string
  /** @throws {OAuthError} `invalid_request` if a parameter is repeated that may not be. */
  refuseRepeated(): void
}

const mayRepeat = new Set(["resource", "audience"])

/**
 * Reads parameters, and refuses a repeated one only when it is read: an authorization request must
 * first say where its errors go.
 */
export function collectParameters(given: URLSearchParams): Parameters {
  const values = new Map<string, string[]>()
  for (const [name, value] of given) {
    if (value === "") continue
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  const refuse = (name: string): never => {
    throw new OAuthError(
      "invalid_request",
      "repeated_parameter",
      `The parameter ${shown(name)} must be sent only once.`,
    )
  }
  const get = (name: string) => {
    const found = values.get(name)
    return found && found.length > 1 ? refuse(name) : found?.[0]
  }
  return {
    get,
    getAll: (name) => values.get(name) ?? [],
    require(name) {
      const value = get(name)
      if (value !== undefined) return value
      throw new OAuthError(
        "invalid_request",
        "missing_parameter",
        `The parameter ${name} is missing.`,
      )
    },
    refuseRepeated() {
      for (const [name, found] of values) {
        if (found.length > 1 && !mayRepeat.has(name)) refuse(name)
      }
    },
  }
}

/** @throws {OAuthError} `invalid_request` if a parameter is repeated that may not be. */
export function readParameters(given: URLSearchParams): Parameters {
  const parameters = collectParameters(given)
  parameters.refuseRepeated()
  return parameters
}

/** Makes text from the request safe to show in an error. */
export const shown = (text: string): string => {
  const safe = text.replace(/[^\x20-\x7e]|["\\]/g, "?")
  return safe.length > 60 ? `${safe.slice(0, 60)}...` : safe
}
