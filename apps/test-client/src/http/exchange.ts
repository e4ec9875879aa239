import type { Secrets } from "./secrets.ts"

/** One request and its response, with secrets shortened so that it can be shown. */
export interface Exchange {
  /** What was sent: of the headers, those that matter to a sign-in. */
  request: { method: string; url: string; headers: Record<string, string>; body?: string }
  /** What came back, if anything did. */
  response?: { status: number; headers: Record<string, string>; body?: string }
  /** Why there is no response. */
  error?: string
  /** How long it took. */
  milliseconds: number
}

/** Sends a request, as the global `fetch` does. */
export type Fetch = (request: Request) => Response | Promise<Response>

const SHOWN_REQUEST_HEADERS = [
  "authorization",
  "content-type",
  "origin",
  "mcp-protocol-version",
  "mcp-session-id",
  "mcp-method",
]
const SHOWN_RESPONSE_HEADERS = [
  "content-type",
  "www-authenticate",
  "location",
  "cache-control",
  "retry-after",
  "mcp-session-id",
]
const SHOWN_BODY = 20_000

/** A `fetch` that also reports every exchange once its response has been read. */
export function recordedFetch(
  fetch: Fetch,
  secrets: Secrets,
  timeout: number,
  record: (exchange: Exchange) => void,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const started = performance.now()
    const body = await readRequestBody(request)
    const sent = {
      method: request.method,
      url: secrets.url(request.url),
      headers: shown(request.headers, SHOWN_REQUEST_HEADERS, secrets),
      ...(body && { body: secrets.body(body, request.headers.get("content-type") ?? "") }),
    }
    const milliseconds = () => Math.round(performance.now() - started)
    try {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeout)])
      const response = await fetch(
        isListening(request) ? request : new Request(request, { signal }),
      )
      const { text, copy } = await readResponse(request, response)
      const mediaType = response.headers.get("content-type") ?? ""
      record({
        request: sent,
        response: {
          status: response.status,
          headers: shown(response.headers, SHOWN_RESPONSE_HEADERS, secrets),
          ...(text && { body: secrets.body(text.slice(0, SHOWN_BODY), mediaType) }),
        },
        milliseconds: milliseconds(),
      })
      return copy
    } catch (error) {
      record({ request: sent, error: reasonOf(error), milliseconds: milliseconds() })
      throw error
    }
  }
}

/** What went wrong, with the cause behind fetch's "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? reasonOf(error.cause) : ""
  return cause ? `${error.message}: ${cause}` : error.message || error.name
}

async function readRequestBody(request: Request): Promise<string> {
  return request.body ? request.clone().text() : ""
}

/** Reads a response to its end, except an event stream that stays open. */
async function readResponse(request: Request, response: Response) {
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream")
  if (!response.body || (isStream && isListening(request))) return { text: "", copy: response }
  const text = await response.text()
  return { text, copy: new Response(text, response) }
}

function isListening(request: Request): boolean {
  const accepted = request.headers.get("accept") ?? ""
  return request.method === "GET" && accepted.includes("text/event-stream")
}

function shown(headers: Headers, names: readonly string[], secrets: Secrets) {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) found[name] = secrets.header(name, value)
  }
  if (found.location) found.location = secrets.url(found.location)
  return found
}
