import { toBase64url, toBytes } from "../tokens/encoding.ts"
import type { SigningKeys } from "./signing-keys.ts"

/** What this server signs: access tokens (RFC 9068 §2.1), and assertions. */
export type JwtType = "at+jwt" | "JWT"

/** Signs a JWT with the key that signs now: ES256, as a compact JWS (RFC 7519 §7.1). */
export async function signJwt(
  typ: JwtType,
  payload: Readonly<Record<string, unknown>>,
  keys: SigningKeys,
): Promise<string> {
  const { kid, sign } = await keys.current()
  const signed = `${part({ alg: "ES256", typ, kid })}.${part(payload)}`
  return `${signed}.${toBase64url(await sign(toBytes(signed)))}`
}

const part = (value: unknown) => toBase64url(toBytes(JSON.stringify(value)))
