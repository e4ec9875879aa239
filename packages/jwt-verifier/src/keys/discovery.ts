import { type FetchFunction, FetchJsonError, fetchJson } from "../http/fetch-json.ts"
import { urlProblem } from "../http/secure-url.ts"

const redirects = 3

/**
 * Finds the URL of an issuer's keys: the `jwks_uri` of its metadata, by OpenID Connect Discovery 1.0 §4
 * or, if there is none, by RFC 8414 §3.
 *
 * @throws {FetchJsonError} if there is no metadata, or if it names another issuer.
 */
export async function discoverJwksUri(issuer: string, fetch: FetchFunction): Promise<URL> {
  const metadata = await readMetadata(issuer, fetch)
  if (metadata.issuer !== issuer) {
    throw new FetchJsonError(`The metadata of ${issuer} names another issuer`)
  }
  const { jwks_uri: jwksUri } = metadata
  if (typeof jwksUri !== "string") throw new FetchJsonError(`${issuer} publishes no jwks_uri`)
  const problem = urlProblem(jwksUri)
  if (problem) throw new FetchJsonError(`The jwks_uri of ${issuer} ${problem}`)
  return new URL(jwksUri)
}

async function readMetadata(issuer: string, fetch: FetchFunction) {
  const base = issuer.replace(/\/$/, "")
  const openid = new URL(`${base}/.well-known/openid-configuration`)
  const { origin, pathname } = new URL(base)
  const oauth = new URL(
    `/.well-known/oauth-authorization-server${pathname === "/" ? "" : pathname}`,
    origin,
  )
  try {
    return await fetchJson(openid, { fetch, redirects })
  } catch (error) {
    const absent = error instanceof FetchJsonError && error.status !== undefined
    if (!absent || (error.status ?? 0) >= 500) throw error
    return await fetchJson(oauth, { fetch, redirects })
  }
}
