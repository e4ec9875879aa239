import { OAuthError } from "../errors.ts"

/** Request parameters after RFC 6749 §3.1: an empty one counts as absent, none may repeat but those named. */
export interface Parameters {
  get(name: string): string | undefined
  getAll(name: string): readonly string[]
  /** @throws {OAuthError} `invalid_request` if it is absent. */
  require(name: string): string
}

const mayRepeat = new Set(["resource", "audience"])

/** @throws {OAuthError} `invalid_request` if a parameter repeats that may not. */
export function readParameters(given: URLSearchParams): Parameters {
  const values = new Map<string, string[]>()
  for (const [name, value] of given) {
    if (value === "") continue
    const known = values.get(name)
    if (!known) values.set(name, [value])
    else if (mayRepeat.has(name)) known.push(value)
    else {
      throw new OAuthError(
        "invalid_request",
        "repeated_parameter",
        `The parameter "${shown(name)}" must be sent once.`,
      )
    }
  }
  const get = (name: string) => values.get(name)?.[0]
  return {
    get,
    getAll: (name) => values.get(name) ?? [],
    require(name) {
      const value = get(name)
      if (value !== undefined) return value
      throw new OAuthError(
        "invalid_request",
        "missing_parameter",
        `The parameter "${name}" is missing.`,
      )
    },
  }
}

/**
 * A piece of the request, made fit for an `error_description` (RFC 6749 §5.2 allows printable ASCII
 * without quotes and backslashes).
 */
export const shown = (text: string): string => {
  const safe = text.replace(/[^\x20-\x7e]|["\\]/g, "?")
  return safe.length > 60 ? `${safe.slice(0, 60)}...` : safe
}
