import { OAuthError } from "../ports/errors.ts"

/**
 * Request parameters after RFC 6749 §3.1: an empty one counts as absent, none may repeat but those
 * named.
 */
export interface Parameters {
  /** @throws {OAuthError} `invalid_request` if it repeats. */
  get(name: string): string | undefined
  getAll(name: string): readonly string[]
  /** @throws {OAuthError} `invalid_request` if it is absent, or repeats. */
  require(name: string): string
  /** @throws {OAuthError} `invalid_request` if any parameter repeats that may not. */
  refuseRepeated(): void
}

const mayRepeat = new Set(["resource", "audience"])

/**
 * Reads parameters of which one that repeats is refused only when it is asked for: an authorization
 * request must first be asked where its errors go.
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
      `The parameter ${shown(name)} must be sent once.`,
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

/** @throws {OAuthError} `invalid_request` if a parameter repeats that may not. */
export function readParameters(given: URLSearchParams): Parameters {
  const parameters = collectParameters(given)
  parameters.refuseRepeated()
  return parameters
}

/** A piece of the request, made fit to be shown in an error. */
export const shown = (text: string): string => {
  const safe = text.replace(/[^\x20-\x7e]|["\\]/g, "?")
  return safe.length > 60 ? `${safe.slice(0, 60)}...` : safe
}
