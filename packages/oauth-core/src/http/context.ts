import type { Deps } from "../flow/deps.ts"
import type { Sealer } from "../tokens/seal.ts"
import { type ConsentPage, consentPage } from "./pages/consent-page.ts"
import { type Cookies, createCookies } from "./browsers/cookies.ts"
import type { ServerIdentity } from "./pages/masthead.ts"

/** How often something may be done. */
export interface Limiter {
  /**
   * Counts one request under the key, such as `token:192.0.2.1`.
   *
   * @returns the seconds to wait if it was one too many.
   */
  consume(key: string): Promise<{ retryAfter?: number }>
}

/** A resource server that may introspect tokens (RFC 7662). */
export interface ResourceServerCredential {
  id: string
  /** At least 32 characters. */
  secret: string
  /** Which of the proxy's resources it is. */
  resource: string
}

/** The part of the options that concerns HTTP. */
export interface HttpOptions {
  limiter?: Limiter
  /** The address that limits are counted by. Without it, and without `limiter`, nothing is limited. */
  clientAddress?: (request: Request, env: unknown) => string | undefined
  /** Who runs the server, in the words its people know: pages say so next to its host. */
  operator?: string
  /**
   * Replaces the consent page. Every check stays as it is. The page may have styles of its own, but
   * runs no script and loads nothing.
   */
  consentPage?: ConsentPage
  /** Who may introspect tokens. Default: nobody. */
  resourceServers?: readonly ResourceServerCredential[]
  /** A page about the server for developers (RFC 8414 `service_documentation`). */
  documentation?: string
}

/** What routes work with. */
export interface HttpContext {
  readonly deps: Deps
  readonly sealer: Sealer
  readonly cookies: Cookies
  readonly options: HttpOptions
  readonly consentPage: ConsentPage
  readonly server: ServerIdentity
}

export const createHttpContext = (
  deps: Deps,
  sealer: Sealer,
  options: HttpOptions,
): HttpContext => ({
  deps,
  sealer,
  cookies: createCookies(deps, sealer),
  options,
  consentPage: options.consentPage ?? consentPage,
  server: {
    host: new URL(deps.settings.issuer).host,
    ...(options.operator === undefined ? {} : { operator: options.operator }),
  },
})
