import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"

/** A document as it was served. */
export interface FetchedDocument {
  /** The HTTP status. */
  status: number
  /** The response's headers, for how long the document is fresh (RFC 9111). */
  headers: Headers
  /** The whole body. */
  body: Uint8Array
}

/** Where a fetch ends, whatever the other side does. */
export interface FetchLimits {
  /** The longest body that is read. */
  maxBytes: number
  /** For the whole exchange. */
  timeoutMilliseconds: number
}

/**
 * Fetches the documents that clients point at: their metadata and keys.
 *
 * The address is a stranger's choice, so an implementation follows no redirect, connects to no
 * special-use address (checked after resolution, and connecting to what was checked), and stops at the
 * limits. `@doorward/oauth-core/node` has one for Node.
 */
export type DocumentFetcher = (url: URL, limits: FetchLimits) => Promise<FetchedDocument>

/** A document that could not be had. `transient` if trying again later may help. */
export class DocumentError extends Error {
  override readonly name = "DocumentError"
  /** Whether the same request may succeed later. */
  readonly transient: boolean

  constructor(message: string, transient: boolean, options?: ErrorOptions) {
    super(message, options)
    this.transient = transient
  }
}

/** What it means that a document could not be read to its end. */
export function documentErrorOf(cause: unknown): DocumentError {
  if (cause instanceof DocumentError) return cause
  if (cause instanceof BodyTooLargeError) return new DocumentError(cause.message, false, { cause })
  return new DocumentError("the host did not answer", true, { cause })
}

/**
 * A fetcher for runtimes that cannot choose the address they connect to: it fetches from the named
 * hosts only.
 *
 * @param hosts exact host names, such as `client.example.com`.
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
