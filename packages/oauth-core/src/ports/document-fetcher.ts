/** A document as it was served. */
export interface FetchedDocument {
  status: number
  headers: Headers
  body: Uint8Array
}

export interface FetchLimits {
  maxBytes: number
  /** Milliseconds for the whole exchange. */
  timeout: number
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
  readonly transient: boolean

  constructor(message: string, transient: boolean, options?: ErrorOptions) {
    super(message, options)
    this.transient = transient
  }
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
  return async (url, { maxBytes, timeout }) => {
    if (!hosts.includes(url.host)) throw new DocumentError("the host is not on the list", false)
    try {
      const response = await fetch(url, {
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
        headers: { accept: "application/json" },
      })
      return {
        status: response.status,
        headers: response.headers,
        body: await readLimited(response, maxBytes),
      }
    } catch (cause) {
      if (cause instanceof DocumentError) throw cause
      throw new DocumentError("the host did not answer", true, { cause })
    }
  }
}

async function readLimited(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new DocumentError(`larger than ${maxBytes} bytes`, false)
    chunks.push(chunk)
  }
  const body = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}
