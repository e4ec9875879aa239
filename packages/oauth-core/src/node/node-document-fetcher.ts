import { type IncomingMessage, request as requestHttp } from "node:http"
import { type Agent, type RequestOptions, request as requestHttps } from "node:https"
import { readBoundedBody } from "@doorward/boundary"
import {
  type DocumentFetcher,
  documentErrorOf,
  type FetchedDocument,
} from "../ports/document-fetcher.ts"
import { checkedAddresses, lookupOf, type Resolve, systemResolve } from "./checked-addresses.ts"

/** The options of `nodeDocumentFetcher`. */
export interface NodeDocumentFetcherOptions {
  /**
   * Whether documents may also come from this machine, over http or https. For development. Default:
   * `false`.
   */
  allowLoopback?: boolean
}

/**
 * Creates a fetcher for Node that gets the documents that clients point to from the public internet
 * only.
 *
 * Every address of the host must be a global unicast address, and the connection goes to an address
 * that was checked, so the name cannot resolve to something else in between. The host's certificate
 * must be valid. Redirects are not followed, connections are not reused, and no proxy is used.
 *
 * @example
 * ```ts
 * const fetchDocument = nodeDocumentFetcher()
 * const proxy = oauthProxy({ baseUrl, provider, store, secret, fetchDocument })
 * ```
 */
export const nodeDocumentFetcher = (options: NodeDocumentFetcherOptions = {}): DocumentFetcher =>
  documentFetcher(options)

/** What a test uses in place of the internet. */
export interface Network {
  resolve?: Resolve
  agent?: Agent
}

/** {@link nodeDocumentFetcher}, on a network that tests can replace. */
export function documentFetcher({
  allowLoopback = false,
  resolve = systemResolve,
  agent,
}: NodeDocumentFetcherOptions & Network): DocumentFetcher {
  return async (url, { maxBytes, timeoutMilliseconds }) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    try {
      const addresses = await beforeAbort(checkedAddresses(url, resolve, allowLoopback), signal)
      const response = await send(url, {
        signal,
        lookup: lookupOf(addresses),
        rejectUnauthorized: true,
        maxHeaderSize: 16 * 1024,
        headers: { accept: "application/json", "accept-encoding": "identity" },
        agent: agent ?? false,
      })
      return await read(response, maxBytes)
    } catch (cause) {
      throw documentErrorOf(cause)
    }
  }
}

function send(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on("error", reject).end()
  })
}

async function read(response: IncomingMessage, maxBytes: number): Promise<FetchedDocument> {
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    body: await readBoundedBody(response, maxBytes),
  }
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}

/** Stops waiting when the signal aborts, because a name look-up cannot be cancelled. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
