import { type IncomingMessage, request as requestHttp } from "node:http"
import { type Agent, type RequestOptions, request as requestHttps } from "node:https"
import { readBoundedBody } from "@doorward/boundary"
import {
  type DocumentFetcher,
  documentErrorOf,
  type FetchedDocument,
} from "../ports/document-fetcher.ts"
import { checkedAddresses, lookupOf, type Resolve, systemResolve } from "./checked-addresses.ts"

export interface NodeDocumentFetcherOptions {
  /** Whether documents may also come from this machine, then over http too. For development. Default false. */
  allowLoopback?: boolean
}

/**
 * Fetches the documents that clients point at, from the public internet only.
 *
 * Every address of the host must be a global unicast one, and the connection goes to an address that
 * was checked, so that a name cannot change its meaning in between. The host must prove its name by
 * its certificate. No redirect is followed, no connection is kept, and no proxy is used.
 */
export const nodeDocumentFetcher = (options: NodeDocumentFetcherOptions = {}): DocumentFetcher =>
  documentFetcher(options)

/** What a test puts in the place of the internet. */
export interface Network {
  resolve?: Resolve
  agent?: Agent
}

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

/** Waits no longer than until the signal; a look-up of a name cannot be called back. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
