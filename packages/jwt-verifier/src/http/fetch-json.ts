/** `fetch`, or anything like it: the `request` method of a Hono app, for one. It should heed `signal`. */
export type FetchFunction = (url: string, init: RequestInit) => Response | Promise<Response>

/** A request that was not answered with the JSON object it was made for. The message is for logs. */
export class FetchJsonError extends Error {
  override readonly name = "FetchJsonError"
  /** The HTTP status, if that was what is wrong. */
  readonly status?: number

  constructor(message: string, options?: ErrorOptions & { status?: number }) {
    super(message, options)
    if (options?.status !== undefined) this.status = options.status
  }
}

export interface FetchJsonOptions {
  fetch: FetchFunction
  init?: RequestInit
  /** How many redirects within the same origin are followed. Default: none. */
  redirects?: number
  /** Milliseconds for the whole exchange. Default: 5,000. */
  timeout?: number
}

const maxBytes = 65_536
const defaultTimeout = 5_000

/**
 * Gets one JSON object over HTTP: at most 64 KB, within 5 s, from this origin and no other.
 *
 * @throws {FetchJsonError}
 */
export async function fetchJson(
  url: URL,
  { fetch, init, redirects = 0, timeout = defaultTimeout }: FetchJsonOptions,
): Promise<Record<string, unknown>> {
  const signal = AbortSignal.timeout(timeout)
  try {
    const response = await fetch(url.href, { ...init, redirect: "manual", signal })
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      const next = redirectTarget(url, response)
      if (redirects === 0) throw new FetchJsonError(`${url.href} redirects`)
      return await fetchJson(next, { fetch, redirects: redirects - 1, timeout })
    }
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new FetchJsonError(`${url.href} answered with status ${response.status}`, {
        status: response.status,
      })
    }
    return parseObject(url, await readBody(url, response))
  } catch (cause) {
    if (cause instanceof FetchJsonError) throw cause
    const reason = signal.aborted ? `did not answer within ${timeout} ms` : "could not be reached"
    throw new FetchJsonError(`${url.href} ${reason}`, { cause })
  }
}

/**
 * A URL that keys and tokens may travel to and from: https, or http on a loopback host.
 *
 * @throws {TypeError} naming `what`.
 */
export function secureUrl(url: string | URL, what: string): URL {
  if (!URL.canParse(url)) throw new TypeError(`${what} is not a URL`)
  const parsed = new URL(url)
  if (parsed.protocol !== "https:" && !(parsed.protocol === "http:" && isLoopback(parsed))) {
    throw new TypeError(`${what} must be an https URL, or http on a loopback host`)
  }
  return parsed
}

function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}

function redirectTarget(from: URL, response: Response): URL {
  const location = response.headers.get("location")
  const target = location !== null && URL.canParse(location, from) ? new URL(location, from) : null
  if (target?.origin !== from.origin) throw new FetchJsonError(`${from.href} redirects elsewhere`)
  return target
}

async function readBody(url: URL, response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxBytes) {
      throw new FetchJsonError(`${url.href} answered with more than ${maxBytes} bytes`)
    }
    chunks.push(chunk)
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
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
