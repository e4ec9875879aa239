import { createHash, randomBytes } from "node:crypto"
import type { RedirectUri } from "../directory/app-registration.ts"
import { ExpiringMap } from "./expiring-map.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Entra documents "about 10 minutes". */
export const codeLifetime = 10 * minute
export const refreshTokenLifetime = 90 * day
export const spaRefreshTokenLifetime = day

/** Who signed in, when and how. */
export interface SignInSession {
  id: string
  username: string
  /** Milliseconds since the epoch. */
  authTime: number
  mfa: boolean
  /** Authentication contexts that were satisfied, such as `c1`. */
  acrs: readonly string[]
}

/** What a code or refresh token was issued for. */
export interface Grant {
  clientId: string
  tenantId: string
  session: SignInSession
  /** The scopes of the authorization request. */
  scope: string
  /** Whether the client declared `cp1` (continuous access evaluation). */
  cp1: boolean
  nonce: string | undefined
}

export interface AuthorizationCode {
  grant: Grant
  redirectUri: string
  platform: RedirectUri["platform"]
  challenge: { value: string; method: "plain" | "S256" } | undefined
  issuedAt: number
  redeemed: boolean
}

export interface RefreshToken {
  grant: Grant
  platform: RedirectUri["platform"]
  issuedAt: number
  /** For single-page applications: the end of the 24 hours, which a refresh does not extend. */
  spaExpiresAt?: number
}

/** Codes and refresh tokens. Expired ones are kept for a while, so that an error can say that they expired. */
export class Grants {
  readonly #codes: ExpiringMap<AuthorizationCode>
  readonly #refreshTokens: ExpiringMap<RefreshToken>

  constructor(now: () => number) {
    this.#codes = new ExpiringMap(hour, now)
    this.#refreshTokens = new ExpiringMap(2 * refreshTokenLifetime, now)
  }

  issueCode(code: AuthorizationCode): string {
    const value = `1.${randomBytes(48).toString("base64url")}`
    this.#codes.set(digest(value), code)
    return value
  }

  code(value: string): AuthorizationCode | undefined {
    return this.#codes.get(digest(value))
  }

  issueRefreshToken(token: RefreshToken): string {
    const value = `1.${randomBytes(64).toString("base64url")}`
    this.#refreshTokens.set(digest(value), token)
    return value
  }

  refreshToken(value: string): RefreshToken | undefined {
    return this.#refreshTokens.get(digest(value))
  }
}

function digest(value: string): string {
  return createHash("sha256").update(value).digest("base64url")
}
