import { z } from "zod"
import { DocumentError, type DocumentFetcher, type FetchedDocument } from "../document-fetcher.ts"
import type { RecordKind, Records } from "../records/record-store.ts"
import { toText } from "../tokens/encoding.ts"

/** The JSON documents that clients point at, cached in the store for every instance. */
export interface ClientDocuments {
  /**
   * @param parse checks the document; what it refuses is not kept.
   * @param maxAge milliseconds; ask for a copy younger than that, whatever its headers said.
   * @throws {DocumentError} if it cannot be had; whatever `parse` throws.
   */
  get<T>(
    url: string,
    parse: (document: unknown) => T,
    limits: { maxBytes: number; maxAge?: number },
  ): Promise<T>
}

/** A good copy of a document. Handle: its URL. */
const documentCopies: RecordKind<z.infer<typeof documentCopySchema>> = {
  name: "document",
  get schema() {
    return documentCopySchema
  },
}
const documentCopySchema = z.object({
  document: z.unknown(),
  fetchedAt: z.number(),
  freshUntil: z.number(),
})

const minute = 60 * 1000
const day = 24 * 60 * minute
const timeout = 5000

export function createClientDocuments(
  fetcher: DocumentFetcher,
  records: Records,
  now: () => number,
): ClientDocuments {
  const fetching = new Map<string, Promise<unknown>>()

  async function fetchAndKeep(
    url: string,
    parse: (document: unknown) => unknown,
    maxBytes: number,
  ) {
    const response = await fetcher(new URL(url), { maxBytes, timeout })
    const document = readJson(response)
    parse(document)
    const fetchedAt = now()
    const freshUntil = fetchedAt + freshness(response.headers)
    await records.update(documentCopies, url, () => ({
      value: { document, fetchedAt, freshUntil },
      expiresAt: fetchedAt + day,
    }))
    return document
  }

  return {
    async get(url, parse, { maxBytes, maxAge = day }) {
      const copy = await records.get(documentCopies, url)
      const wanted = copy && Math.min(copy.value.freshUntil, copy.value.fetchedAt + maxAge)
      if (copy && wanted !== undefined && wanted > now()) return parse(copy.value.document)
      let pending = fetching.get(url)
      if (!pending) {
        pending = fetchAndKeep(url, parse, maxBytes).finally(() => fetching.delete(url))
        fetching.set(url, pending)
      }
      try {
        return parse(await pending)
      } catch (error) {
        // An outage is bridged by the last good copy; a document that is gone or wrong is not.
        if (copy && error instanceof DocumentError && error.transient) {
          return parse(copy.value.document)
        }
        throw error
      }
    },
  }
}

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

/** How long a copy is fresh (RFC 9111 §4.2): what its headers say, between a minute and a day. */
function freshness(headers: Headers): number {
  const cacheControl = headers.get("cache-control") ?? ""
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return minute
  const maxAge = /\bmax-age=(\d{1,9})\b/i.exec(cacheControl)?.[1]
  const asked = maxAge === undefined ? 5 * minute : Number(maxAge) * 1000
  return Math.min(Math.max(asked, minute), day)
}
