import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"
import type { FetchFunction } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"

/** How an upstream server is called. */
export interface UpstreamCallOptions {
  /** Sends each request. Default: the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** The current time, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
  /** How long an exchange may take, its body included, in milliseconds. Default: 10 000. */
  timeoutMilliseconds?: number | undefined
}

/** How one request is made, and when it is given up. */
export interface UpstreamFetchOptions extends UpstreamCallOptions {
  /** The largest body that is read, in bytes. Default: 256 KiB. */
  maximumBytes?: number | undefined
  /** Ends the request early. */
  signal?: AbortSignal | undefined
}

const defaultTimeout = 10_000
const defaultMaximumBytes = 256 * 1024
/** Seconds. */
const longestRetryAfter = 3600

/**
 * Sends one request to an upstream server, bounded in time and in size. Redirects are not followed.
 *
 * The response's body has already been received: reading it neither waits nor fails.
 *
 * @throws {IdentityProviderError} `unavailable` after a timeout, a network failure, an oversized body
 * or a status that means "try later": 408, 429 and 5xx.
 * @example
 * const response = await upstreamFetch("https://id.example/me", { headers }, { timeoutMilliseconds: 2_000 })
 */
export async function upstreamFetch(
  url: string,
  init: RequestInit,
  options: UpstreamFetchOptions = {},
): Promise<Response> {
  const deadline = AbortSignal.timeout(options.timeoutMilliseconds ?? defaultTimeout)
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
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
    const body = await readBoundedBody(response.body, options.maximumBytes ?? defaultMaximumBytes)
    const { status, headers } = response
    return new Response(body.byteLength === 0 ? null : body, { status, headers })
  } catch (cause) {
    if (cause instanceof IdentityProviderError) throw cause
    throw unavailable(cause, init.signal.aborted)
  }
}

function unavailable(cause: unknown, isAborted: boolean): IdentityProviderError {
  const [reason, message] =
    cause instanceof BodyTooLargeError
      ? ["response_too_large", "The identity provider's answer could not be used."]
      : isAborted
        ? ["timeout", "The identity provider did not answer in time."]
        : ["network", "The identity provider could not be reached."]
  return new IdentityProviderError("unavailable", reason, message, { cause })
}

/** `Retry-After` in seconds, read from either of its forms (RFC 9110 §10.2.3); at most an hour. */
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
