import { OAuthError } from "../ports/errors.ts"
import { shown } from "./parameters.ts"

/** A resource indicator may differ in spelling from the configured one; what counts is the parsed URL. */
const canonical = (resource: string): string | undefined => URL.parse(resource)?.href

/**
 * Finds the one resource server that a request names (RFC 8707 §2).
 *
 * @param requested the `resource` parameters; they may repeat, but must mean one server.
 * @param known the configured resources, as clients see them.
 * @param absent what a request without `resource` means.
 * @returns the configured spelling.
 * @throws {OAuthError} `invalid_target`
 */
export function chooseResource(
  requested: readonly string[],
  known: readonly string[],
  absent: string | undefined,
): string {
  const found = new Set(requested.map((resource) => findResource(resource, known)))
  if (found.size > 1) {
    throw new OAuthError(
      "invalid_target",
      "resource_ambiguous",
      "A token is for one resource server: name one resource.",
    )
  }
  const [resource] = found
  if (resource !== undefined) return resource
  if (absent !== undefined) return absent
  throw new OAuthError(
    "invalid_target",
    "resource_ambiguous",
    `There are several resource servers here, so resource is required: ${known.join(" ")}.`,
  )
}

function findResource(requested: string, known: readonly string[]): string {
  const wanted = canonical(requested)
  const found =
    wanted === undefined ? undefined : known.find((resource) => canonical(resource) === wanted)
  if (found !== undefined) return found
  throw new OAuthError(
    "invalid_target",
    "resource_unknown",
    `The resource ${shown(requested)} is not served here. Known: ${known.join(" ")}.`,
  )
}

/**
 * Checks the `resource` of a token request against the grant's: it may repeat it, never change it.
 *
 * @throws {OAuthError} `invalid_target`
 */
export function checkGrantedResource(requested: readonly string[], granted: string): void {
  const other = requested.find((resource) => canonical(resource) !== canonical(granted))
  if (other === undefined) return
  throw new OAuthError(
    "invalid_target",
    "resource_widened",
    `The grant is for ${shown(granted)}, not for ${shown(other)}.`,
  )
}
