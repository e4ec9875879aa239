import { type IssuerRule, issuerRule } from "./issuer-rule.ts"
import { asymmetricAlgorithms, type SignatureAlgorithm } from "./jose/algorithms.ts"
import type { JwtVerifierOptions } from "./jwt-verifier-options.ts"
import { type JwtVerifierSettings, readJwtVerifierOptions } from "./jwt-verifier-schema.ts"
import { discoverJwksUri } from "./keys/discovery.ts"
import type { KeySource } from "./keys/key-source.ts"
import { RemoteKeys } from "./keys/remote-keys.ts"
import { TokenError } from "./token-error.ts"

/** What a token is checked against. */
export interface JwtRules {
  readonly issuer: IssuerRule
  readonly audiences: readonly string[]
  readonly keys: KeySource
  /** As {@link mediaType} returns them. */
  readonly types: readonly string[]
  readonly allowMissingTyp: boolean
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly requireScopes: readonly string[]
  /** Seconds. */
  readonly leeway: number
  readonly rememberBytes: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** @throws {ConfigurationError} with every mistake at once. */
export function jwtRules(options: JwtVerifierOptions): JwtRules {
  const settings = readJwtVerifierOptions(options)
  const { algorithms, secret } = settings
  const issuer = issuerRule(settings.issuer)
  return {
    issuer,
    audiences: settings.audience,
    keys: keySource(settings, issuer.issuers),
    types: settings.typ,
    allowMissingTyp: settings.allowMissingTyp,
    algorithms: algorithms ?? (secret ? ["HS256"] : asymmetricAlgorithms),
    requireScopes: settings.requireScopes,
    leeway: settings.leewaySeconds,
    rememberBytes: settings.rememberBytes,
    now: settings.now,
  }
}

function keySource(settings: JwtVerifierSettings, issuers: readonly string[]): KeySource {
  const { jwksUri, jwks, publicKey, key, secret } = settings
  if (jwksUri) return remoteKeys(settings, () => jwksUri)
  return jwks ?? publicKey ?? key ?? secret ?? discoveredKeys(settings, issuers)
}

/** The keys of each issuer, kept apart: one issuer cannot sign for another. */
function discoveredKeys(settings: JwtVerifierSettings, issuers: readonly string[]): KeySource {
  const byIssuer = new Map<string, KeySource>(
    issuers.map((issuer) => [
      issuer,
      remoteKeys(settings, () => discoverJwksUri(issuer, settings.fetch)),
    ]),
  )
  return {
    keysFor(header, issuer) {
      const keys = byIssuer.get(issuer)
      if (!keys) throw new TokenError("unknown_key", "The key of the token is not known")
      return keys.keysFor(header, issuer)
    },
  }
}

function remoteKeys(
  { fetch, now, refreshIntervalSeconds }: JwtVerifierSettings,
  locate: () => URL | Promise<URL>,
): RemoteKeys {
  return new RemoteKeys({ locate, fetch, now, refreshInterval: refreshIntervalSeconds * 1000 })
}
