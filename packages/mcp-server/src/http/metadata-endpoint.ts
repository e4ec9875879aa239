import type { ResourceMetadata } from "../protocol/resource-metadata.ts"

/** Serves protected resource metadata to pages of every origin: nothing in it is private. */
export function metadataEndpoint(metadata: ResourceMetadata): (request: Request) => Response {
  const body = JSON.stringify(metadata)
  return ({ method }) => {
    if (method === "OPTIONS") {
      const headers = {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "*",
        "access-control-max-age": "7200",
      }
      return new Response(null, { status: 204, headers })
    }
    if (method !== "GET" && method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD, OPTIONS" } })
    }
    const headers = {
      "content-type": "application/json",
      "cache-control": "public, max-age=3600",
      "access-control-allow-origin": "*",
    }
    return new Response(body, { headers })
  }
}
