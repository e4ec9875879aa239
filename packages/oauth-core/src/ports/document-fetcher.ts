import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"

/** A document as the host served it. */
export interface FetchedDocument {
  /** The HTTP status. */
  status: number
  /** The response headers, which determine how long the document is fresh (RFC 9111). */
  headers: Headers
  /** The whole body. */
  body: Uint8Array
}

/** Limits that end a fetch, whatever the other side does. */
export interface FetchLimits {
  /** The largest body to read, in bytes. */
  maxBytes: number
  /** The most time that the whole exchange may take, in milliseconds. */
  timeoutMilliseconds: number
}

/**
 * Fetches the documents that clients point to: their metadata and keys.
 *
 * A stranger chooses the address, so an implementation must not follow redirects, must not connect to a
 * special-use address (check after name resolution, and connect to the address that was checked), and
 * must stop at the limits. `@doorward/oauth-core/node` has one for Node. It rejects with {@link
 * DocumentError}; any status is a result, not an error.
 */
export type DocumentFetcher = (url: URL, limits: FetchLimits) => Promise<FetchedDocument>

/** A document could not be fetched. */
export class DocumentError extends Error {
  override readonly name = "DocumentError"
  /** Whether the same request may succeed later. */
  readonly transient: boolean

  constructor(message: string, transient: boolean, options?: ErrorOptions) {
    super(message, options)
    this.transient = transient
  }
}

/** Turns whatever stopped a fetch into a {@link DocumentError}. */
export function documentErrorOf(cause: unknown): DocumentError {
  if (cause instanceof DocumentError) return cause
  if (cause instanceof BodyTooLargeError) return new DocumentError(cause.message, false, { cause })
  return new DocumentError("the host did not answer", true, { cause })
}

/**
 * A fetcher for runtimes that cannot choose the address they connect to. It fetches only from the
 * listed hosts.
 *
 * @param hosts exact host names, such as `client.example.com`, with the port if it is not the default.
 * @param fetch how requests are made. Default: the global `fetch`.
 *
 * @example
 * ```ts
 * const fetchDocument = allowListFetcher(["client.example.com"])
 * const proxy = oauthProxy({ baseUrl, provider, store, secret, fetchDocument })
 * ```
 */
export function allowListFetcher(
  hosts: readonly string[],
  fetch: typeof globalThis.fetch = globalThis.fetch,
): DocumentFetcher {
  return async (url, { maxBytes, timeoutMilliseconds }) => {
    if (!hosts.includes(url.host)) throw new DocumentError("the host is not on the list", false)
    try {
      const response = await fetch(url, {
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMilliseconds),
        headers: { accept: "application/json" },
      })
      return {
        status: response.status,
        headers: response.headers,
        body: await readBoundedBody(response.body, maxBytes),
      }
    } catch (cause) {
      throw documentErrorOf(cause)
    }
  }
}
