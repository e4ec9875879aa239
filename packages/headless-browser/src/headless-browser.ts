import { type CookieJar, cookieJar, type StoredCookie } from "./cookie-jar.ts"
import { checkFormAction, formActionSources } from "./form-action.ts"
import { submissionOf } from "./form-submission.ts"
import { readHtmlControls } from "./html-controls.ts"
import { type HeadlessBrowserOptions, readBrowserOptions } from "./options.ts"
import { type Initiator, originHeader } from "./origin.ts"
import type { Hop, Page } from "./page.ts"
import { fetchSite, withoutQuery } from "./site.ts"

/** A browser with cookies of its own. */
export interface HeadlessBrowser {
  /** Opens a URL as if a person had typed it (`Sec-Fetch-Site: none`). */
  open(url: string | URL): Promise<Page>
  /** Opens a URL as a page of `from` can make a browser do: by a link, or by posting `form`. */
  openFrom(
    from: string | URL,
    url: string | URL,
    form?: Readonly<Record<string, string>>,
  ): Promise<Page>
  /** The cookies that a request to `url` could carry. */
  cookies(url: string | URL): readonly StoredCookie[]
}

/** What a navigation sends, and who started it. */
interface Navigation {
  url: URL
  method: "GET" | "POST"
  body?: URLSearchParams
  /** Absent if a person started it. */
  initiator?: Initiator
  /** What the page that is submitted allows its forms to lead to. */
  formAction?: { page: URL; sources: readonly string[] }
}

const MAX_REDIRECTS = 20

/**
 * A browser without a screen, for driving sign-in and consent pages over HTTP.
 *
 * It keeps cookies, follows redirects itself and records them, fills in and submits forms, and sends
 * `Origin` and `Sec-Fetch-*` as Chromium does, which a consent page depends on. Like Chromium it
 * holds redirects after a form submission to the page's CSP `form-action`. It runs no script.
 *
 * @throws {ConfigurationError} if an option is wrong or unknown.
 * @example
 * ```ts
 * const browser = headlessBrowser({ stopAt: "http://127.0.0.1:33418/callback" })
 * const consent = await browser.open("http://localhost:8000/authorize?…")
 * const signIn = await consent.submit("approve")
 * ```
 */
export function headlessBrowser(options: HeadlessBrowserOptions = {}): HeadlessBrowser {
  const { send, isStop, now } = readBrowserOptions(options)
  const jar = cookieJar(now)

  async function navigate(start: Navigation): Promise<Page> {
    const hops: Hop[] = []
    const chain = [start.url]
    let { url, method, body } = start
    for (;;) {
      if (start.formAction) checkFormAction(start.formAction.sources, start.formAction.page, url)
      if (!/^https?:$/.test(url.protocol) || isStop(url)) return pageOf(url, undefined, "", hops)
      const headers = requestHeaders(method, start.initiator, chain, jar)
      const request = new Request(url, { method, headers, redirect: "manual", body: body ?? null })
      const response = await send(request)
      jar.store(url, response.headers)
      const location = redirectTarget(response, url)
      hops.push({ method, url, status: response.status, ...(location && { location }) })
      if (!location) return pageOf(url, response, await response.text(), hops)
      await response.body?.cancel()
      if (hops.length > MAX_REDIRECTS) throw new Error(`more than ${MAX_REDIRECTS} redirects`)
      if (response.status < 307) {
        method = "GET"
        body = undefined
      }
      url = location
      chain.push(url)
    }
  }

  function pageOf(url: URL, response: Response | undefined, text: string, hops: Hop[]): Page {
    const headers = response?.headers ?? new Headers()
    const isHtml = headers.get("content-type")?.startsWith("text/html") ?? false
    const { title, forms, links } = readHtmlControls(isHtml ? text : "")
    const initiator = { origin: url.origin, referrerPolicy: headers.get("referrer-policy") ?? "" }
    return {
      url,
      stopped: response === undefined,
      status: response?.status ?? 0,
      headers,
      text,
      title,
      forms,
      links,
      hops,
      submit(choice, fields = {}) {
        const sources = formActionSources(headers.get("content-security-policy"))
        return navigate({
          ...submissionOf(url, forms, choice, fields),
          initiator,
          ...(sources && { formAction: { page: url, sources } }),
        })
      },
      follow(wanted) {
        const link = links.find((each) => each.text.includes(wanted) || each.href.includes(wanted))
        if (!link) throw new Error(`no link "${wanted}" on ${withoutQuery(url)}`)
        return navigate({ url: new URL(link.href, url), method: "GET", initiator })
      },
    }
  }

  return {
    open: (url) => navigate({ url: new URL(url), method: "GET" }),
    openFrom: (from, url, form) =>
      navigate({
        url: new URL(url),
        method: form ? "POST" : "GET",
        initiator: { origin: new URL(from).origin, referrerPolicy: "" },
        ...(form && { body: new URLSearchParams(form) }),
      }),
    cookies: (url) => jar.list(new URL(url)),
  }
}

function requestHeaders(
  method: Navigation["method"],
  initiator: Initiator | undefined,
  chain: readonly URL[],
  jar: CookieJar,
): Headers {
  const site = fetchSite(initiator?.origin, chain)
  const headers = new Headers({
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "sec-fetch-site": site,
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-user": "?1",
  })
  const target = chain.at(-1)
  const cookie =
    target && jar.header(target, { crossSite: site === "cross-site", safeMethod: method === "GET" })
  if (cookie) headers.set("cookie", cookie)
  if (method === "POST") headers.set("origin", originHeader(initiator, chain))
  return headers
}

function redirectTarget(response: Response, base: URL): URL | undefined {
  const location = response.headers.get("location")
  return location !== null && [301, 302, 303, 307, 308].includes(response.status)
    ? new URL(location, base)
    : undefined
}
