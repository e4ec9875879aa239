import { OAuthError } from "../ports/errors.ts"
import { shown } from "./parameters.ts"

/**
 * Resource indicators are compared as parsed URLs, so their spelling may differ from the configured
 * one.
 */
const canonical = (resource: string): string | undefined => URL.parse(resource)?.href

/** Whether two resource indicators mean the same server. */
export const sameResource = (one: string, other: string): boolean =>
  one === other || (URL.canParse(one) && canonical(one) === canonical(other))

/**
 * Finds the resource server that a request names (RFC 8707 §2).
 *
 * @param requested the `resource` parameters. There may be several, but they must mean the same server.
 * @param known the configured resources.
 * @param absent the resource that a request without `resource` means.
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
      "A token is for one resource server only: send a single resource.",
    )
  }
  const [resource] = found
  if (resource !== undefined) return resource
  if (absent !== undefined) return absent
  throw new OAuthError(
    "invalid_target",
    "resource_ambiguous",
    `resource is required, because there are several resource servers: ${known.join(" ")}.`,
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
 * Checks the `resource` of a token request against the grant's. It may repeat it but not change it.
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
