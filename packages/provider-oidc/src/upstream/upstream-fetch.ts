import type { FetchFunction } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"

export interface UpstreamFetchOptions {
  /** Default: the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** Milliseconds for the whole exchange, the body included. Default: 10 000. */
  timeout?: number | undefined
  /** Largest body that is read, in bytes. Default: 256 KiB. */
  maximumBytes?: number | undefined
  /** Ends the request early. */
  signal?: AbortSignal | undefined
  /** Milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

const defaultTimeout = 10_000
const defaultMaximumBytes = 256 * 1024
const longestRetryAfter = 3600

/**
 * One request to an upstream server, bounded in time and in size. Redirects are not followed.
 *
 * The response's body has been read, so that reading it again neither waits nor fails.
 *
 * @throws {IdentityProviderError} `unavailable` for a timeout, a network failure, an oversized answer,
 * and for the statuses that say "later": 408, 429 and 5xx.
 */
export async function upstreamFetch(
  url: string,
  init: RequestInit,
  options: UpstreamFetchOptions = {},
): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeout ?? defaultTimeout)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  const response = await exchange(url, { ...init, redirect: "manual", signal }, options)
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    const retryAfter = retryAfterSeconds(response.headers.get("retry-after"), options.now)
    throw new IdentityProviderError(
      "unavailable",
      `http_${response.status}`,
      "The identity provider is not able to answer at the moment.",
      {
        cause: new Error(`HTTP ${response.status}: ${(await response.text()).slice(0, 2000)}`),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
    )
  }
  return response
}

async function exchange(
  url: string,
  init: RequestInit & { signal: AbortSignal },
  options: UpstreamFetchOptions,
): Promise<Response> {
  try {
    init.signal.throwIfAborted()
    const response = await (options.fetch ?? fetch)(url, init)
    const body = await readBounded(response, options.maximumBytes ?? defaultMaximumBytes)
    return new Response(body, { status: response.status, headers: response.headers })
  } catch (cause) {
    if (cause instanceof IdentityProviderError) throw cause
    throw init.signal.aborted
      ? new IdentityProviderError(
          "unavailable",
          "timeout",
          "The identity provider did not answer in time.",
          { cause },
        )
      : new IdentityProviderError(
          "unavailable",
          "network",
          "The identity provider could not be reached.",
          { cause },
        )
  }
}

async function readBounded(
  response: Response,
  maximumBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!response.body) return null
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    if (length > maximumBytes) {
      throw new IdentityProviderError(
        "unavailable",
        "response_too_large",
        "The identity provider's answer could not be used.",
        { cause: new Error(`more than ${maximumBytes} bytes`) },
      )
    }
    chunks.push(chunk)
  }
  if (length === 0) return null
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}

/** `Retry-After` in seconds, from either of its forms (RFC 9110 §10.2.3); at most an hour. */
function retryAfterSeconds(
  header: string | null,
  now: () => number = Date.now,
): number | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((date - now()) / 1000)
  if (Number.isNaN(seconds)) return undefined
  return Math.min(Math.max(seconds, 0), longestRetryAfter)
}
