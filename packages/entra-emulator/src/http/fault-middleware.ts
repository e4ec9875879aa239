import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import type { EntraError } from "../aadsts/entra-error.ts"
import { parseAuthorizationRequest } from "../sign-in/authorization-request.ts"
import { RedirectedError } from "../sign-in/redirection.ts"
import type { Emulation } from "../state/emulation.ts"
import { type Endpoint, faultError, takeFault } from "../state/faults.ts"
import { readForm } from "./form.ts"

const paths: readonly (readonly [RegExp, Endpoint])[] = [
  [/\/oauth2\/v2\.0\/authorize$/, "authorize"],
  [/\/oauth2\/v2\.0\/token$/, "token"],
  [/\/oauth2\/v2\.0\/devicecode$/, "devicecode"],
  [/\/\.well-known\/openid-configuration$/, "discovery"],
  [/\/discovery\/v2\.0\/keys$/, "keys"],
  [/^\/(v1\.0|oidc)\//, "graph"],
  [/^\/(metadata\/identity|msi)\//, "managed-identity"],
]

/** Makes a request fail, before its endpoint handles it, if there is a fault for it. */
export const faultsOf = (emulation: Emulation) =>
  createMiddleware(async (c, next) => {
    const endpoint = paths.find(([pattern]) => pattern.test(c.req.path))?.[1]
    if (endpoint === undefined || emulation.faults.length === 0) return next()
    const grantType = endpoint === "token" ? (await readForm(c)).get("grant_type") : null
    const fault = takeFault(emulation.faults, endpoint, grantType ?? undefined)
    if (!fault) return next()
    if (fault.code !== undefined) {
      const refusal = faultError(fault.code, fault.retryAfter)
      throw endpoint === "authorize" ? redirected(emulation, c, refusal) : refusal
    }
    if (fault.hang) return neverOrAborted(c.req.raw.signal)
    if (fault.retryAfter !== undefined) c.header("retry-after", String(fault.retryAfter))
    return c.html(
      "<html><body><h2>Our services aren't available right now</h2></body></html>",
      (fault.status ?? 503) as 503,
    )
  })

function neverOrAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
}

/** At the authorization endpoint the refusal is sent to the application, if the request names a good one. */
function redirected(emulation: Emulation, c: Context, refusal: EntraError): RedirectedError {
  const [, segment = ""] = c.req.path.split("/")
  const parameters = new URL(c.req.url).searchParams
  const { target } = parseAuthorizationRequest(emulation, segment, parameters)
  return new RedirectedError(refusal, target)
}
