/** A cookie as the jar keeps it. */
export interface StoredCookie {
  name: string
  value: string
  /** The host, or the domain if the cookie is for its subdomains too. */
  domain: string
  hostOnly: boolean
  path: string
  secure: boolean
  httpOnly: boolean
  sameSite: "strict" | "lax" | "none"
  /** Milliseconds since the epoch; absent for a session cookie. */
  expiresAt?: number
}

/** How the request came about, for `SameSite`. */
export interface CookieContext {
  /** True if the navigation was started by a page of another site. */
  crossSite: boolean
  /** True for methods that change nothing: a Lax cookie crosses sites with these only. */
  safeMethod: boolean
}

/** The cookies of one browser. */
export interface CookieJar {
  /** Takes the `Set-Cookie` headers of a response from `url`, and says which were refused. */
  store(url: URL, headers: Headers): readonly string[]
  /** The value of the `Cookie` header for a request to `url`; `undefined` if there is none to send. */
  header(url: URL, context: CookieContext): string | undefined
  /** The live cookies that a request to `url` could carry. */
  list(url: URL): readonly StoredCookie[]
}

/**
 * A cookie jar by RFC 6265bis: host, domain, path, expiry, `Secure`, `SameSite` and the name prefixes.
 *
 * Loopback counts as secure, as it does in Chromium and Firefox. Ports do not separate cookies, as
 * they don't in any browser.
 *
 * @param now milliseconds since the epoch.
 */
export function cookieJar(now: () => number = Date.now): CookieJar {
  let cookies: StoredCookie[] = []

  const live = (url: URL): StoredCookie[] => {
    cookies = cookies.filter((cookie) => (cookie.expiresAt ?? Infinity) > now())
    return cookies
      .filter((cookie) => isForUrl(cookie, url))
      .toSorted((a, b) => b.path.length - a.path.length)
  }

  return {
    store(url, headers) {
      const refused: string[] = []
      for (const line of headers.getSetCookie()) {
        const cookie = parseSetCookie(line, url, now())
        if (!cookie || !isAcceptable(cookie, url)) {
          refused.push(line.split("=", 1)[0] ?? "")
          continue
        }
        const at = cookies.findIndex((other) => isSame(other, cookie))
        if (at === -1) cookies.push(cookie)
        else cookies[at] = cookie
      }
      return refused
    },
    header(url, { crossSite, safeMethod }) {
      const sent = live(url).filter(({ sameSite }) => {
        if (!crossSite || sameSite === "none") return true
        return sameSite === "lax" && safeMethod
      })
      if (sent.length === 0) return undefined
      return sent.map(({ name, value }) => `${name}=${value}`).join("; ")
    },
    list: (url) => live(url),
  }
}

/** Whether a URL's host can only be this machine. */
function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  )
}

function parseSetCookie(line: string, url: URL, now: number): StoredCookie | undefined {
  const [pair = "", ...rest] = line.split(";")
  const split = pair.indexOf("=")
  if (split < 1 || pair.length > 4096) return undefined
  const attributes = new Map<string, string>()
  for (const part of rest) {
    const [name = "", ...value] = part.split("=")
    attributes.set(name.trim().toLowerCase(), value.join("=").trim())
  }
  const domain = attributes.get("domain")?.replace(/^\./, "").toLowerCase()
  const path = attributes.get("path")
  const sameSite = attributes.get("samesite")?.toLowerCase()
  const expiresAt = expiry(attributes, now)
  return {
    name: pair.slice(0, split).trim(),
    value: pair.slice(split + 1).trim(),
    domain: domain || url.hostname,
    hostOnly: !domain,
    path: path?.startsWith("/") ? path : defaultPath(url),
    secure: attributes.has("secure"),
    httpOnly: attributes.has("httponly"),
    sameSite: sameSite === "strict" || sameSite === "none" ? sameSite : "lax",
    ...(expiresAt !== undefined && { expiresAt }),
  }
}

function expiry(attributes: ReadonlyMap<string, string>, now: number): number | undefined {
  const maxAge = attributes.get("max-age")
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000
  const date = Date.parse(attributes.get("expires") ?? "")
  return Number.isNaN(date) ? undefined : date
}

function defaultPath(url: URL): string {
  return url.pathname.slice(0, url.pathname.lastIndexOf("/")) || "/"
}

function isSecure(url: URL): boolean {
  return url.protocol === "https:" || isLoopbackHost(url.hostname)
}

function isAcceptable(cookie: StoredCookie, url: URL): boolean {
  const { hostOnly, domain, name, path, secure } = cookie
  if (secure && !isSecure(url)) return false
  if (cookie.sameSite === "none" && !secure) return false
  if (!hostOnly && domain !== url.hostname) {
    if (!url.hostname.endsWith(`.${domain}`) || !domain.includes(".")) return false
  }
  const prefixed = name.toLowerCase()
  if (prefixed.startsWith("__host-")) return secure && hostOnly && path === "/"
  return !prefixed.startsWith("__secure-") || secure
}

function isSame(a: StoredCookie, b: StoredCookie): boolean {
  return (
    a.name === b.name && a.domain === b.domain && a.hostOnly === b.hostOnly && a.path === b.path
  )
}

function isForUrl(cookie: StoredCookie, url: URL): boolean {
  const { domain, hostOnly, path } = cookie
  if (url.hostname !== domain && (hostOnly || !url.hostname.endsWith(`.${domain}`))) return false
  if (cookie.secure && !isSecure(url)) return false
  if (url.pathname === path) return true
  return url.pathname.startsWith(path) && (path.endsWith("/") || url.pathname[path.length] === "/")
}
