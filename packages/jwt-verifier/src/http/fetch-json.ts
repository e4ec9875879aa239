/** `fetch`, or anything like it: the `request` method of a Hono app, for one. It should heed `signal`. */
export type FetchFunction = (url: string, init: RequestInit) => Response | Promise<Response>

/** The global `fetch`, as it is when it is called. */
export const globalFetch: FetchFunction = (url, init) => globalThis.fetch(url, init)

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
  /** Sends this form, with these headers, instead of getting. */
  post?: { form: URLSearchParams; headers: Record<string, string> }
  /** How many redirects within the same origin are followed. Default: none. */
  redirects?: number
  /** Milliseconds for the whole exchange. Default: 5,000. */
  timeout?: number
}

const maxBytes = 65_536
const defaultTimeout = 5_000

/**
 * Fetches one JSON object over HTTP: at most 64 KB, within 5 s, from this origin and no other.
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

/**
 * A URL that keys and tokens may travel to and from: https, or http on a loopback host.
 *
 * @throws {TypeError} naming `what`.
 */
export function secureUrl(url: string | URL, what: string): URL {
  if (!URL.canParse(url)) throw new TypeError(`${what} is not a URL`)
  const parsed = new URL(url)
  if (parsed.username || parsed.password) throw new TypeError(`${what} must not hold credentials`)
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

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400
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
