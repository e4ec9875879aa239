import {
  DocumentError,
  type DocumentFetcher,
  type FetchedDocument,
} from "../../ports/document-fetcher.ts"
import { documentCopies } from "../../records/document-copy.ts"
import type { Records } from "../../records/record-store.ts"
import { toText } from "../../tokens/encoding.ts"

/** A kind of document that clients point to. */
export interface DocumentKind<T> {
  /**
   * Part of the cache key, because a document that passed one kind's checks has not passed another's.
   */
  readonly name: string
  readonly maxBytes: number
  /** Validates a document. If this throws, the document is not cached. */
  parse(document: unknown, url: string): T
}

/** The JSON documents that clients point to, cached in the store for every instance. */
export interface ClientDocuments {
  /**
   * @param maxAge the maximum age of a cached copy, in milliseconds, whatever its headers allow.
   * @throws {DocumentError} if the document cannot be fetched. Errors of `kind.parse` are passed on.
   */
  get<T>(kind: DocumentKind<T>, url: string, maxAge?: number): Promise<T>
}

const minute = 60 * 1000
const day = 24 * 60 * minute
const timeoutMilliseconds = 5000

/** Creates the cache. Concurrent requests for one document share a fetch. */
export function createClientDocuments(
  fetcher: DocumentFetcher,
  records: Records,
  now: () => number,
): ClientDocuments {
  const fetching = new Map<string, Promise<unknown>>()

  async function fetchAndKeep(kind: DocumentKind<unknown>, url: string, handle: string) {
    let response: FetchedDocument
    let document: unknown
    try {
      response = await fetcher(new URL(url), { maxBytes: kind.maxBytes, timeoutMilliseconds })
      document = readJson(response)
      kind.parse(document, url)
    } catch (error) {
      // A document that is gone or invalid was withdrawn, so a later outage must not bring it back.
      if (!isTransient(error)) await records.delete(documentCopies, handle)
      throw error
    }
    const fetchedAt = now()
    const freshUntil = fetchedAt + freshness(response.headers, fetchedAt)
    await records.update(documentCopies, handle, () => ({
      value: { document, fetchedAt, freshUntil },
      expiresAt: fetchedAt + day,
    }))
    return document
  }

  function fetchOnce(kind: DocumentKind<unknown>, url: string, handle: string) {
    let pending = fetching.get(handle)
    if (!pending) {
      pending = fetchAndKeep(kind, url, handle).finally(() => fetching.delete(handle))
      fetching.set(handle, pending)
    }
    return pending
  }

  return {
    async get(kind, url, maxAge = day) {
      const handle = `${kind.name} ${url}`
      const copy = (await records.get(documentCopies, handle))?.value
      if (copy && Math.min(copy.freshUntil, copy.fetchedAt + maxAge) > now()) {
        return kind.parse(copy.document, url)
      }
      try {
        return kind.parse(await fetchOnce(kind, url, handle), url)
      } catch (error) {
        if (copy && isTransient(error)) return kind.parse(copy.document, url)
        throw error
      }
    },
  }
}

/** Whether this is an outage, during which the last valid copy is used. */
const isTransient = (error: unknown) => error instanceof DocumentError && error.transient

function readJson(response: FetchedDocument): unknown {
  if (response.status !== 200) {
    const transient = response.status >= 500 || response.status === 429
    throw new DocumentError(`the host answered with status ${response.status}`, transient)
  }
  try {
    return JSON.parse(toText(response.body))
  } catch (cause) {
    throw new DocumentError("the document is not JSON", false, { cause })
  }
}

/**
 * How long a copy is fresh, in milliseconds (RFC 9111 §4.2): as its headers say, but between a minute
 * and a day.
 */
function freshness(headers: Headers, now: number): number {
  const cacheControl = headers.get("cache-control") ?? ""
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return minute
  const maxAge = /(?:^|[\s,])max-age="?(\d{1,9})\b/i.exec(cacheControl)?.[1]
  const lifetime =
    maxAge === undefined ? untilExpires(headers, now) : Number(maxAge) * 1000 - ageOf(headers)
  return Math.min(Math.max(lifetime ?? 5 * minute, minute), day)
}

const ageOf = (headers: Headers): number => {
  const age = headers.get("age") ?? ""
  return /^\d{1,9}$/.test(age) ? Number(age) * 1000 : 0
}

function untilExpires(headers: Headers, now: number): number | undefined {
  const expires = headers.get("expires")
  if (expires === null) return undefined
  const served = Date.parse(headers.get("date") ?? "")
  const until = Date.parse(expires) - (Number.isNaN(served) ? now : served)
  // Anything that is not a date means a time in the past (RFC 9111 §5.3).
  return Number.isNaN(until) ? 0 : until
}
