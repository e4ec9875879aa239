import { type FetchFunction, FetchJsonError, fetchJson, secureUrl } from "../http/fetch-json.ts"

const redirects = 3

/**
 * Where the keys of an issuer are: the `jwks_uri` of its metadata, read as OpenID Connect Discovery 1.0
 * §4 has it and, where that is not to be had, as RFC 8414 §3 has it.
 *
 * @throws {FetchJsonError} if there is no metadata, or it is another issuer's.
 */
export async function discoverJwksUri(issuer: string, fetch: FetchFunction): Promise<URL> {
  const metadata = await readMetadata(issuer, fetch)
  if (metadata.issuer !== issuer) {
    throw new FetchJsonError(`The metadata of ${issuer} names another issuer`)
  }
  const { jwks_uri: jwksUri } = metadata
  if (typeof jwksUri !== "string") throw new FetchJsonError(`${issuer} publishes no jwks_uri`)
  try {
    return secureUrl(jwksUri, "jwks_uri")
  } catch (cause) {
    throw new FetchJsonError(`The jwks_uri of ${issuer} is not to be used`, { cause })
  }
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
