import type { Context } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { z } from "zod"
import { consentLifetime } from "../flow/authorize/consent-memory.ts"
import type { Deps } from "../flow/deps.ts"
import { transactionLifetime } from "../records/transaction.ts"
import { digestOf } from "../tokens/digest.ts"
import { fromBase64url, toBase64url } from "../tokens/encoding.ts"
import { createOpaqueToken } from "../tokens/opaque-token.ts"
import { type Sealer, UnreadableValueError } from "../tokens/seal.ts"

/** Who signed in to `/grants`. */
const sessionSchema = z.object({ userId: z.string(), person: z.string() })
export type Session = z.infer<typeof sessionSchema>

/** The four kinds of cookies that this server sets; each is HttpOnly, Lax and for the whole host. */
export interface Cookies {
  /** Which browser this is, for binding forms to it. Set if it is not there yet. */
  browser(c: Context): Promise<string>
  /** Every name that this browser was given: several if its first pages came at once. */
  knownBrowsers(c: Context): Promise<readonly string[]>
  /** Ties a transaction to this browser; one cookie each, so that two tabs work at once. */
  setTransaction(c: Context, state: string): Promise<void>
  transaction(c: Context, state: string): Promise<string | undefined>
  endTransaction(c: Context, state: string): Promise<void>
  /** Whose consents this browser remembers. */
  setRemembered(c: Context, userId: string): Promise<void>
  remembered(c: Context): Promise<string | undefined>
  /** Who may see their grants on `/grants`. */
  setSession(c: Context, session: Session): Promise<void>
  session(c: Context): Promise<Session | undefined>
}

const sessionLifetime = 15 * 60 * 1000
const browserName = /^[A-Za-z0-9_-]{43}$/

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

  async function setSealed(c: Context, purpose: string, value: unknown, lifetime: number) {
    const sealed = await sealer.seal(`cookie ${purpose}`, value, now() + lifetime)
    const maxAge = Math.floor(lifetime / 1000)
    setCookie(c, await nameOf(purpose), toBase64url(sealed), { ...attributes, maxAge })
  }
  async function readSealed<T>(
    c: Context,
    purpose: string,
    schema: z.ZodType<T>,
  ): Promise<T | undefined> {
    const sealed = fromBase64url(getCookie(c, await nameOf(purpose)) ?? "")
    if (!sealed?.length) return undefined
    try {
      const { value, expiresAt } = await sealer.open(`cookie ${purpose}`, sealed)
      return expiresAt > now() ? schema.safeParse(value).data : undefined
    } catch (error) {
      if (error instanceof UnreadableValueError) return undefined
      throw error
    }
  }

  const cookies: Cookies = {
    async browser(c) {
      const [known] = await cookies.knownBrowsers(c)
      if (known !== undefined) return known
      const made = createOpaqueToken()
      // Tabs that open at once must not overwrite each other's cookie: it has one of 64 names, which
      // bounds how many a hostile page can have set.
      setCookie(c, await nameOf(`browser-${made.charAt(0)}`), made, attributes)
      return made
    },
    async knownBrowsers(c) {
      const start = await nameOf("browser-")
      return Object.entries(getCookie(c)).flatMap(([name, value]) =>
        name.startsWith(start) && browserName.test(value) ? [value] : [],
      )
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
    setRemembered: (c, userId) => setSealed(c, "user", userId, consentLifetime),
    remembered: (c) => readSealed(c, "user", z.string()),
    setSession: (c, session) => setSealed(c, "session", session, sessionLifetime),
    session: (c) => readSealed(c, "session", sessionSchema),
  }
  return cookies
}
