import type { Challenge } from "../protocol/challenge.ts"
import { type ResourceMetadata, resourceMetadata } from "../protocol/metadata.ts"
import { resourceMetadataUrls } from "../protocol/well-known.ts"
import { type Run, Stop } from "../step.ts"
import { fetchFirst } from "./fetch-json.ts"

export interface DiscoveredResource {
  metadata: ResourceMetadata
  /** The issuer of the first authorization server, as the metadata spells it. */
  issuer: string
}

/**
 * Finds the protected resource metadata: from the challenge, else path-inserted, else at the root
 * (RFC 9728 §3, SEP-985). Metadata of another resource is not used (§3.3).
 */
export async function discoverResource(
  run: Run,
  url: URL,
  challenge: Challenge | undefined,
): Promise<DiscoveredResource> {
  const named = challenge?.parameters.resource_metadata
  const found =
    (named ? await fetchFirst(run, [webUrl(named)], resourceMetadata) : undefined) ??
    (await fetchFirst(run, resourceMetadataUrls(url), resourceMetadata))
  run.demand(
    "resource-metadata",
    found !== undefined,
    "It is at none of the addresses where it may be.",
  )
  const { value: metadata } = found
  run.demand(
    "resource-matches",
    isSame(metadata.resource, url),
    `The metadata belongs to ${metadata.resource}, not to ${url.href}: it must not be used.`,
  )
  const [issuer, ...others] = metadata.authorization_servers ?? []
  run.demand("authorization-servers", issuer !== undefined, "The metadata names no server.")
  const lists = metadata.scopes_supported?.includes("offline_access") ?? false
  run.check("challenge-offline-access", !lists, "the resource metadata lists it")
  run.note(`authorization server ${issuer}`)
  if (others.length > 0) run.note(`other authorization servers, not used: ${others.join(", ")}`)
  return { metadata, issuer }
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new Stop(`resource_metadata is not a URL to fetch: ${text}`)
}

/** A URL without a path may be written with or without its slash. */
function isSame(resource: string, url: URL): boolean {
  return URL.canParse(resource) && new URL(resource).href === url.href
}
