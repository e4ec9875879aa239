import type { Context } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { consentLifetime } from "../flow/consent-memory.ts"
import type { Deps } from "../flow/deps.ts"
import { transactionLifetime } from "../records/transaction.ts"
import { fromBase64url, toBase64url } from "../tokens/encoding.ts"
import { createOpaqueToken, digestOf } from "../tokens/opaque-token.ts"
import { type Sealer, UnreadableValueError } from "../tokens/seal.ts"

/** The four cookies that this server sets; each is HttpOnly, Lax and for the whole host. */
export interface Cookies {
  /** Which browser this is, for binding forms to it. Set if it is not there yet. */
  browser(c: Context): Promise<string>
  knownBrowser(c: Context): Promise<string | undefined>
  /** Ties a transaction to this browser; one cookie each, so that two tabs work at once. */
  setTransaction(c: Context, state: string): Promise<void>
  transaction(c: Context, state: string): Promise<string | undefined>
  endTransaction(c: Context, state: string): Promise<void>
  /** Whose consents this browser remembers. */
  setRemembered(c: Context, userId: string): Promise<void>
  remembered(c: Context): Promise<string | undefined>
  /** Who may see their grants on `/grants`. */
  setSession(c: Context, userId: string): Promise<void>
  session(c: Context): Promise<string | undefined>
}

const sessionLifetime = 15 * 60 * 1000

/**
 * Names carry a digest of the base URL, so that servers on one host do not share cookies; over https
 * they have the `__Host-` prefix, which no other host can set (RFC 6265bis §4.1.3.2).
 */
export function createCookies({ settings, binding, now }: Deps, sealer: Sealer): Cookies {
  const secure = settings.issuer.startsWith("https:")
  const prefix = digestOf(settings.issuer).then(
    (digest) => `${secure ? "__Host-" : ""}doorward-${digest.slice(0, 8)}`,
  )
  const attributes = { path: "/", httpOnly: true, secure, sameSite: "Lax" } as const
  const nameOf = async (purpose: string) => `${await prefix}-${purpose}`
  const transactionName = async (state: string) =>
    nameOf(`tx-${(await digestOf(state)).slice(0, 16)}`)

  async function setUser(c: Context, purpose: string, userId: string, lifetime: number) {
    const sealed = await sealer.seal(`cookie ${purpose}`, userId, now() + lifetime)
    const maxAge = Math.floor(lifetime / 1000)
    setCookie(c, await nameOf(purpose), toBase64url(sealed), { ...attributes, maxAge })
  }
  async function user(c: Context, purpose: string): Promise<string | undefined> {
    const sealed = fromBase64url(getCookie(c, await nameOf(purpose)) ?? "")
    if (!sealed?.length) return undefined
    try {
      const { value, expiresAt } = await sealer.open(`cookie ${purpose}`, sealed)
      return typeof value === "string" && expiresAt > now() ? value : undefined
    } catch (error) {
      if (error instanceof UnreadableValueError) return undefined
      throw error
    }
  }

  const cookies: Cookies = {
    async browser(c) {
      const known = await cookies.knownBrowser(c)
      if (known !== undefined) return known
      const made = createOpaqueToken()
      setCookie(c, await nameOf("browser"), made, attributes)
      return made
    },
    async knownBrowser(c) {
      const value = getCookie(c, await nameOf("browser"))
      return value && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
    },
    async setTransaction(c, state) {
      const maxAge = transactionLifetime / 1000
      const value = await binding.of(state)
      setCookie(c, await transactionName(state), value, { ...attributes, maxAge })
    },
    transaction: async (c, state) => getCookie(c, await transactionName(state)),
    async endTransaction(c, state) {
      deleteCookie(c, await transactionName(state), attributes)
    },
    setRemembered: (c, userId) => setUser(c, "user", userId, consentLifetime),
    remembered: (c) => user(c, "user"),
    setSession: (c, userId) => setUser(c, "session", userId, sessionLifetime),
    session: (c) => user(c, "session"),
  }
  return cookies
}
