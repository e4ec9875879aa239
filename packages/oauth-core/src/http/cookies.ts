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

/** The person who signed in to `/grants`. */
const sessionSchema = z.object({ userId: z.string(), person: z.string() })
export type Session = z.infer<typeof sessionSchema>

/**
 * The four kinds of cookies that this server sets. All are HttpOnly, SameSite=Lax and for the whole
 * host.
 */
export interface Cookies {
  /** An id of this browser, which forms are bound to. It is set if there is none yet. */
  browser(c: Context): Promise<string>
  /** All ids that this browser was given: several if its first pages were opened at the same time. */
  knownBrowsers(c: Context): Promise<readonly string[]>
  /**
   * Ties a transaction to this browser. Each has its own cookie, so that several tabs can sign in at
   * once.
   */
  setTransaction(c: Context, state: string): Promise<void>
  transaction(c: Context, state: string): Promise<string | undefined>
  endTransaction(c: Context, state: string): Promise<void>
  /** Sets whose consents this browser remembers. */
  setRemembered(c: Context, userId: string): Promise<void>
  remembered(c: Context): Promise<string | undefined>
  /** Sets who may see their grants on `/grants`. */
  setSession(c: Context, session: Session): Promise<void>
  session(c: Context): Promise<Session | undefined>
}

const sessionLifetime = 15 * 60 * 1000
const browserName = /^[A-Za-z0-9_-]{43}$/

/**
 * Cookie names contain a digest of the base URL, so that servers on the same host don't share cookies.
 * Over https they have the `__Host-` prefix, which no other host can set (RFC 6265bis §4.1.3.2).
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
      // Tabs that open at the same time must not overwrite each other's cookie, so there are 64 names.
      // That also limits how many cookies a hostile page can cause.
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
