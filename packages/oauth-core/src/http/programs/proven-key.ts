import type { Context, MiddlewareHandler } from "hono"
import { DpopError } from "../../ports/dpop.ts"
import { OAuthError } from "../../ports/errors.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import type { HttpContext } from "../context.ts"

/** Tells clients the nonce of their next proof, also with a refusal (RFC 9449 §8.2). */
export const dpopNonce =
  ({ deps: { dpop } }: HttpContext): MiddlewareHandler =>
  async (c, next) => {
    if (dpop) c.header("DPoP-Nonce", await dpop.nonce())
    await next()
  }

/**
 * The thumbprint of the key that a request to an endpoint proves, if there is a proof (RFC 9449 §4.3).
 *
 * @throws {OAuthError} `invalid_dpop_proof`, or `use_dpop_nonce` if the client has to repeat it with a nonce.
 */
export async function provenKey(
  c: Context,
  endpoint: "token" | "par",
  { deps: { dpop, settings } }: HttpContext,
): Promise<string | undefined> {
  const proof = c.req.header("dpop")
  if (!dpop || (proof === undefined && (!dpop.required || endpoint === "par"))) return undefined
  const url = `${settings.issuer}${endpointPaths[endpoint]}`
  try {
    return await dpop.check({ proof, method: c.req.method, url })
  } catch (error) {
    if (!(error instanceof DpopError)) throw error
    const { code, reason, message, cause } = error
    throw new OAuthError(code, reason, message, cause === undefined ? {} : { cause })
  }
}
