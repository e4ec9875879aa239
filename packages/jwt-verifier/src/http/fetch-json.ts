import { BodyTooLargeError, readBoundedBody } from "@doorward/boundary"

/** `fetch`, or a function like it, such as the `request` method of a Hono app. It should honour `signal`. */
export type FetchFunction = (url: string, init: RequestInit) => Response | Promise<Response>

/** The global `fetch`, looked up at each call, so that it can be replaced later. */
export const globalFetch: FetchFunction = (url, init) => globalThis.fetch(url, init)

/** A request that was not answered with a JSON object. The message is for logs only. */
export class FetchJsonError extends Error {
  override readonly name = "FetchJsonError"
  /** The HTTP status, if it is the reason. */
  readonly status?: number

  constructor(message: string, options?: ErrorOptions & { status?: number }) {
    super(message, options)
    if (options?.status !== undefined) this.status = options.status
  }
}

export interface FetchJsonOptions {
  fetch: FetchFunction
  /** A form to POST, with additional headers. Default: a GET request. */
  post?: { form: URLSearchParams; headers: Record<string, string> }
  /** How many redirects to follow, within the same origin only. Default: 0. */
  redirects?: number
  /** Milliseconds for the whole exchange, redirects included. Default: 5,000. */
  timeout?: number
}

const maxBytes = 65_536
const defaultTimeout = 5_000

/**
 * Fetches one JSON object over HTTP: at most 64 KB, within 5 s, and never from another origin.
 *
 * @throws {FetchJsonError}
 */
export async function fetchJson(
  url: URL,
  { fetch, post, redirects = 0, timeout = defaultTimeout }: FetchJsonOptions,
): Promise<Record<string, unknown>> {
  const signal = AbortSignal.timeout(timeout)
  const init: RequestInit = {
    headers: { accept: "application/json", ...post?.headers },
    ...(post && { method: "POST", body: post.form }),
    redirect: "manual",
    signal,
  }
  try {
    let from = url
    let response = await fetch(from.href, init)
    for (let left = redirects; left > 0 && isRedirect(response); left -= 1) {
      await response.body?.cancel()
      from = redirectTarget(from, response)
      response = await fetch(from.href, init)
    }
    if (response.status === 200) return parseObject(from, await readBody(from, response))
    await response.body?.cancel()
    const { status } = response
    throw new FetchJsonError(`${from.href} answered with status ${status}`, { status })
  } catch (cause) {
    if (cause instanceof FetchJsonError) throw cause
    const reason = signal.aborted ? `did not answer within ${timeout} ms` : "could not be reached"
    throw new FetchJsonError(`${url.href} ${reason}`, { cause })
  }
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400
}

function redirectTarget(from: URL, response: Response): URL {
  const location = response.headers.get("location")
  const target = location !== null && URL.canParse(location, from) ? new URL(location, from) : null
  if (target?.origin !== from.origin) throw new FetchJsonError(`${from.href} redirects elsewhere`)
  return target
}

async function readBody(url: URL, { body }: Response): Promise<Uint8Array> {
  try {
    return await readBoundedBody(body, maxBytes)
  } catch (cause) {
    if (!(cause instanceof BodyTooLargeError)) throw cause
    throw new FetchJsonError(`${url.href} answered with more than ${maxBytes} bytes`, { cause })
  }
}

function parseObject(url: URL, body: Uint8Array): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
  } catch (cause) {
    throw new FetchJsonError(`${url.href} did not answer with JSON`, { cause })
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FetchJsonError(`${url.href} did not answer with a JSON object`)
  }
  return value as Record<string, unknown>
}
