import type { DpopTerms } from "./challenge.ts"

/** Protected resource metadata (RFC 9728 §2). */
export interface ResourceMetadata {
  resource: string
  authorization_servers: readonly string[]
  scopes_supported?: readonly string[]
  bearer_methods_supported: readonly ["header"]
  resource_name?: string
  /** Where DPoP is on (RFC 9449 §5.1, RFC 9728 §2). */
  dpop_signing_alg_values_supported?: readonly string[]
  dpop_bound_access_tokens_required?: boolean
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource"

/** Whether a text can identify a resource here: an http URL without a query or a fragment (RFC 9728 §1.2). */
export function isResourceUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, search, hash } = new URL(text)
  return /^https?:$/.test(protocol) && search === "" && hash === ""
}

/**
 * Every path that clients and ingresses may look for the metadata at, the one to name in a challenge
 * first.
 *
 * RFC 9728 §3.1 puts the well-known path between the host and the path of the resource. A server below a
 * path of a shared host may get only what is below that path, so there its own well-known path comes
 * first; a challenge may name any URL (§5.1). Those without the resource's path are for clients that look
 * nowhere else.
 *
 * @param base the path that everything of the server is below, such as `/vault`; empty at the root.
 */
export function metadataPaths({ pathname }: URL, base: string): [string, ...string[]] {
  const path = pathname === "/" ? "" : pathname
  if (base === "" || !isBelow(path, base)) return [WELL_KNOWN + path, WELL_KNOWN]
  return [
    base + WELL_KNOWN + path.slice(base.length),
    WELL_KNOWN + path,
    base + WELL_KNOWN,
    WELL_KNOWN,
  ]
}

const isBelow = (path: string, base: string) => path === base || path.startsWith(`${base}/`)

/** What {@link resourceMetadata} is built from. */
export interface DescribedResource {
  resource: string
  name: string | undefined
  scopes: readonly string[]
  authorizationServers: readonly string[]
  dpop: DpopTerms | undefined
}

/** The metadata document. `resource` is in it as it was configured, byte for byte (RFC 9728 §3.3). */
export function resourceMetadata(described: DescribedResource): ResourceMetadata {
  const { resource, name, scopes, authorizationServers, dpop } = described
  return {
    resource,
    authorization_servers: authorizationServers,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ["header"],
    ...(name !== undefined && { resource_name: name }),
    ...(dpop && {
      dpop_signing_alg_values_supported: dpop.algorithms,
      dpop_bound_access_tokens_required: dpop.required,
    }),
  }
}
