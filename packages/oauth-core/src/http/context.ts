import type { Deps } from "../flow/deps.ts"
import type { OAuthProxyOptions } from "../options.ts"
import type { ServerIdentity } from "../ports/consent-page.ts"
import type { Sealer } from "../tokens/seal.ts"
import { type Cookies, createCookies } from "./cookies.ts"

/** What routes need. */
export interface HttpContext {
  readonly deps: Deps
  readonly sealer: Sealer
  readonly cookies: Cookies
  readonly options: OAuthProxyOptions
  readonly server: ServerIdentity
}

export const createHttpContext = (
  deps: Deps,
  sealer: Sealer,
  options: OAuthProxyOptions,
): HttpContext => ({
  deps,
  sealer,
  cookies: createCookies(deps, sealer),
  options,
  server: {
    host: new URL(deps.settings.issuer).host,
    ...(options.operator === undefined ? {} : { operator: options.operator }),
  },
})
