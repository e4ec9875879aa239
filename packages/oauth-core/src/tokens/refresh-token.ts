import { constantTimeEqual, primitives, randomBytes } from "./crypto.ts"
import { fromBase64url, toBase64url, toBytes } from "./encoding.ts"

/** The parts of a refresh token: `gid.n.mac`. Checking it requires only the grant to be looked up. */
export interface RefreshTokenParts {
  grantId: string
  counter: number
  mac: string
}

const syntax = /^([A-Za-z0-9_-]{22})\.(0|[1-9][0-9]{0,14})\.([A-Za-z0-9_-]{43})$/

/** Creates the key that all refresh tokens of one grant are derived from. */
export const createRefreshKey = (): string => toBase64url(randomBytes(32))

/** A grant's refresh token with this number. The same inputs always give the same token. */
export async function refreshToken(key: string, grantId: string, counter: number): Promise<string> {
  return `${grantId}.${counter}.${toBase64url(await macOf(key, grantId, counter))}`
}

/** Returns `undefined` if the text does not have the form of a refresh token. */
export function parseRefreshToken(token: string): RefreshTokenParts | undefined {
  const [, grantId, counter, mac] = syntax.exec(token) ?? []
  if (grantId === undefined || counter === undefined || mac === undefined) return undefined
  return { grantId, counter: Number(counter), mac }
}

/** Whether the token was made by this server for this grant. */
export async function isGenuine(key: string, parts: RefreshTokenParts): Promise<boolean> {
  const given = fromBase64url(parts.mac)
  return (
    given !== undefined && constantTimeEqual(await macOf(key, parts.grantId, parts.counter), given)
  )
}

async function macOf(key: string, grantId: string, counter: number): Promise<Uint8Array> {
  const bytes = fromBase64url(key)
  if (!bytes) throw new TypeError("a refresh key must be base64url")
  return primitives.hmacSha256(bytes, toBytes(`${grantId}.${counter}`))
}
