import { isLoopbackHost } from "@doorward/boundary"
import { Cookie, CookieJar as ToughJar } from "tough-cookie"

/** A cookie as the jar keeps it. */
export interface StoredCookie {
  /** The name. */
  name: string
  /** The value. */
  value: string
  /** The host, or the domain if the cookie is for its subdomains too. */
  domain: string
  /** Whether it is for the host alone: it came without a `Domain`. */
  hostOnly: boolean
  /** What the path of a request must be or be below. */
  path: string
  /** Whether it is sent over https and to this machine only. */
  secure: boolean
  /** Whether scripts of the page could not read it. */
  httpOnly: boolean
  /** Whether it comes along when a page of another site starts the request. */
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
  /** Takes the `Set-Cookie` headers of a response from `url`, but for those that a browser refuses. */
  store(url: URL, headers: Headers): void
  /** The value of the `Cookie` header for a request to `url`; `undefined` if there is none to send. */
  header(url: URL, context: CookieContext): string | undefined
  /** The live cookies that a request to `url` could carry. */
  list(url: URL): readonly StoredCookie[]
}

/** How many octets name and value may have together (RFC 6265bis §5.6). */
const MAX_PAIR_LENGTH = 4096

/**
 * A cookie jar by RFC 6265bis: host, domain, path, expiry, `Secure`, `SameSite` and the name prefixes.
 * Ports do not separate cookies, as they don't in any browser.
 *
 * tough-cookie parses, matches and keeps them. What it leaves open, or decides otherwise than
 * Chromium, is settled here: what counts as secure, a cookie without `SameSite`, `SameSite=None`
 * without `Secure`, prefixes in any case, the length of a cookie, and expiry by a clock that is given.
 *
 * @param now milliseconds since the epoch.
 */
export function cookieJar(now: () => number = Date.now): CookieJar {
  const jar = new ToughJar(undefined, { allowSecureOnLocal: false })

  function live(url: URL, sameSiteContext: "strict" | "lax" | "none"): Cookie[] {
    // It would compare with the machine's clock.
    const found = jar.getCookiesSync(asSeen(url), { sameSiteContext, expire: false, sort: true })
    return found.filter((cookie) => (cookie.expiryTime() ?? Infinity) > now())
  }

  return {
    store(url, headers) {
      for (const line of headers.getSetCookie()) {
        const cookie = readCookie(line, now())
        if (cookie) {
          jar.setCookieSync(cookie, asSeen(url), { now: new Date(now()), ignoreError: true })
        }
      }
    },
    header(url, { crossSite, safeMethod }) {
      const context = crossSite ? (safeMethod ? "lax" : "none") : "strict"
      const sent = live(url, context).map((cookie) => cookie.cookieString())
      return sent.length === 0 ? undefined : sent.join("; ")
    },
    list: (url) => live(url, "strict").map(storedCookie),
  }
}

/**
 * A URL as tough-cookie is to see it. Loopback counts as secure, as it does in Chromium and Firefox;
 * tough-cookie goes by the scheme, since its own idea of loopback is turned off.
 */
function asSeen(url: URL): URL {
  const seen = new URL(url)
  if (isLoopbackHost(url.hostname)) seen.protocol = "https:"
  return seen
}

/** The cookie that a `Set-Cookie` header sets; `undefined` if no browser would keep it. */
function readCookie(line: string, now: number): Cookie | undefined {
  const cookie = Cookie.parse(line)
  if (!cookie || cookie.cookieString().length > MAX_PAIR_LENGTH) return undefined
  // Browsers take what says nothing, or nothing known, for Lax; tough-cookie takes it for None.
  cookie.sameSite ??= "lax"
  if (cookie.sameSite === "none" && !cookie.secure) return undefined
  if (!keepsPrefix(cookie)) return undefined
  // tough-cookie counts Max-Age from the last time that the cookie was sent.
  if (typeof cookie.maxAge === "number") {
    cookie.expires = new Date(
      cookie.maxAge <= 0 ? 0 : Math.min(now + cookie.maxAge * 1000, MAX_DATE),
    )
    cookie.maxAge = null
  }
  return cookie
}

/** The last millisecond that a `Date` can hold. */
const MAX_DATE = 8.64e15

/** Whether a cookie has what its name promises, in any case of letters; tough-cookie knows one only. */
function keepsPrefix({ key, secure, domain, path }: Cookie): boolean {
  const name = key.toLowerCase()
  if (name.startsWith("__host-")) return secure && domain === null && path === "/"
  return !name.startsWith("__secure-") || secure
}

function storedCookie(cookie: Cookie): StoredCookie {
  const { key, value, domain, hostOnly, path, secure, httpOnly, sameSite, expires } = cookie
  return {
    name: key,
    value,
    domain: domain ?? "",
    hostOnly: hostOnly ?? true,
    path: path ?? "/",
    secure,
    httpOnly,
    sameSite: sameSite === "strict" || sameSite === "none" ? sameSite : "lax",
    ...(expires instanceof Date && { expiresAt: expires.getTime() }),
  }
}
