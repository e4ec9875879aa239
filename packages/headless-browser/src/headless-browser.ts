import { cookieJar, type StoredCookie } from "./cookie-jar.ts"
import { type HtmlForm, type HtmlLink, readHtmlControls } from "./html-controls.ts"

export interface HeadlessBrowserOptions {
  /** Answers each request; `app.request` of a Hono app fits. Default: the global `fetch`. */
  fetch?: (request: Request) => Response | Promise<Response>
  /** Redirect URIs to stop at instead of requesting them; their query is not compared. */
  stopAt?: string | readonly string[]
  /** For cookie expiry, in milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number
}

/** One request that the browser sent on the way to a page. */
export interface Hop {
  method: string
  url: URL
  status: number
  /** Where the response sent the browser, if it did. */
  location?: URL
}

/** Names a button: by its value or its text, or by name and value. */
export type ButtonChoice = string | { name: string; value?: string }

/** Where the browser has come to. */
export interface Page {
  url: URL
  /** True if the browser was sent to a `stopAt` URI, or to a scheme that it does not speak. */
  stopped: boolean
  /** 0 if the browser stopped before a request. */
  status: number
  headers: Headers
  text: string
  title: string
  forms: readonly HtmlForm[]
  links: readonly HtmlLink[]
  /** Every request of this navigation, in order. */
  hops: readonly Hop[]
  /**
   * Presses a button, with `fields` filled in over what the form holds.
   *
   * @throws {Error} that lists the buttons of the page if none matches.
   */
  submit(button?: ButtonChoice, fields?: Readonly<Record<string, string>>): Promise<Page>
  /** Follows the first link whose text or address contains `text`. */
  follow(text: string): Promise<Page>
}

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
  /** The origin of the page that started it; absent if a person did. */
  initiator?: string
  referrerPolicy?: string
  /** The starting page's CSP `form-action` sources, for a form submission. */
  formAction?: readonly string[]
  initiatorUrl?: URL
}

const MAX_REDIRECTS = 20

/**
 * A browser without a screen, for driving sign-in and consent pages over HTTP.
 *
 * It keeps cookies, follows redirects itself and records them, fills in and submits forms, and sends
 * `Origin` and `Sec-Fetch-*` as Chromium does, which a consent page depends on. Like Chromium it
 * holds redirects after a form submission to the page's CSP `form-action`. It runs no script.
 */
export function headlessBrowser(options: HeadlessBrowserOptions = {}): HeadlessBrowser {
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request))
  const stops = [options.stopAt ?? []].flat().map((uri) => withoutQuery(new URL(uri)))
  const jar = cookieJar(options.now)

  const shouldStop = (url: URL): boolean =>
    !/^https?:$/.test(url.protocol) || stops.includes(withoutQuery(url))

  async function navigate(start: Navigation): Promise<Page> {
    const hops: Hop[] = []
    const chain = [start.url]
    let { url, method, body } = start
    for (;;) {
      if (start.formAction && start.initiatorUrl) {
        checkFormAction(start.formAction, start.initiatorUrl, url)
      }
      if (shouldStop(url)) return pageOf(url, undefined, "", hops)
      const site = fetchSite(start.initiator, chain)
      const headers = new Headers({
        accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "sec-fetch-site": site,
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        "sec-fetch-user": "?1",
      })
      const cookie = jar.header(url, {
        crossSite: site === "cross-site",
        safeMethod: method === "GET",
      })
      if (cookie) headers.set("cookie", cookie)
      if (method === "POST") headers.set("origin", originHeader(start, chain))
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
    const from = {
      initiator: url.origin,
      initiatorUrl: url,
      referrerPolicy: headers.get("referrer-policy") ?? "",
    }
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
        const { form, button } = findButton(forms, choice)
        const values = Object.entries({ ...fieldValues(form), ...fields })
        if (button?.name) values.push([button.name, button.value])
        const target = new URL(button?.action || form.action || url.href, url)
        const post = (button?.method?.toLowerCase() ?? form.method) === "post"
        const body = new URLSearchParams(values)
        if (!post) target.search = body.toString()
        target.hash = ""
        const formAction = directive(headers.get("content-security-policy"), "form-action")
        return navigate({
          ...from,
          url: target,
          method: post ? "POST" : "GET",
          ...(post && { body }),
          ...(formAction && { formAction }),
        })
      },
      follow(wanted) {
        const link = links.find((each) => each.text.includes(wanted) || each.href.includes(wanted))
        if (!link) throw new Error(`no link "${wanted}" on ${withoutQuery(url)}`)
        return navigate({ ...from, url: new URL(link.href, url), method: "GET" })
      },
    }
  }

  return {
    open: (url) => navigate({ url: new URL(url), method: "GET" }),
    openFrom: (from, url, form) =>
      navigate({
        url: new URL(url),
        method: form ? "POST" : "GET",
        initiator: new URL(from).origin,
        ...(form && { body: new URLSearchParams(form) }),
      }),
    cookies: (url) => jar.list(new URL(url)),
  }
}

function withoutQuery(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}

function redirectTarget(response: Response, base: URL): URL | undefined {
  const location = response.headers.get("location")
  return location !== null && [301, 302, 303, 307, 308].includes(response.status)
    ? new URL(location, base)
    : undefined
}

/** `Sec-Fetch-Site` for the last URL of a redirect chain (Fetch Metadata §2.4). */
function fetchSite(initiator: string | undefined, chain: readonly URL[]): string {
  if (initiator === undefined) return "none"
  if (chain.every(({ origin }) => origin === initiator)) return "same-origin"
  const site = siteOf(new URL(initiator))
  return chain.every((url) => siteOf(url) === site) ? "same-site" : "cross-site"
}

/** Scheme and host: without a list of public suffixes, two hosts of one domain are two sites. */
function siteOf(url: URL): string {
  return `${url.protocol}//${url.hostname}`
}

/** The `Origin` of a form submission: the page's referrer policy can turn it into `null` (Fetch §3.1). */
function originHeader({ initiator, referrerPolicy }: Navigation, chain: readonly URL[]): string {
  const target = chain.at(-1)
  if (initiator === undefined || target === undefined) return "null"
  if (referrerPolicy === "no-referrer") return "null"
  if (referrerPolicy === "same-origin" && target.origin !== initiator) return "null"
  if (initiator.startsWith("https:") && target.protocol !== "https:") return "null"
  return chain.slice(0, -1).every(({ origin }) => origin === initiator) ? initiator : "null"
}

function directive(policy: string | null, name: string): readonly string[] | undefined {
  for (const part of policy?.split(/[;,]/) ?? []) {
    const [key, ...sources] = part.trim().split(/\s+/)
    if (key?.toLowerCase() === name) return sources
  }
  return undefined
}

function checkFormAction(sources: readonly string[], page: URL, target: URL): void {
  const allowed = sources.some((source) => {
    if (source === "*") return /^https?:$/.test(target.protocol)
    if (source === "'self'") return target.origin === page.origin
    if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return target.protocol === source.toLowerCase()
    const anyPort = source.endsWith(":*")
    const origin = anyPort ? source.slice(0, -2) : source
    const url = origin.includes("://") ? origin : `${page.protocol}//${origin}`
    if (!URL.canParse(url)) return false
    const allowedUrl = new URL(url)
    return anyPort ? siteOf(allowedUrl) === siteOf(target) : allowedUrl.origin === target.origin
  })
  if (!allowed) throw new Error(`CSP form-action of ${page.origin} blocks ${withoutQuery(target)}`)
}

function fieldValues(form: HtmlForm): Record<string, string> {
  return Object.fromEntries(form.fields.map(({ name, value }) => [name, value]))
}

function findButton(forms: readonly HtmlForm[], choice: ButtonChoice | undefined) {
  for (const form of forms) {
    if (choice === undefined) return { form, button: form.buttons[0] }
    const button = form.buttons.find(({ name, value, text }) =>
      typeof choice === "string"
        ? value === choice || text === choice
        : name === choice.name && (choice.value === undefined || value === choice.value),
    )
    if (button) return { form, button }
  }
  const offered = forms.flatMap(({ buttons }) => buttons.map((b) => `${b.name}=${b.value}`))
  throw new Error(
    `no button ${JSON.stringify(choice)}; the page has: ${offered.join(", ") || "none"}`,
  )
}
