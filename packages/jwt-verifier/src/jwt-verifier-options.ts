import type { JSONWebKeySet } from "jose"
import { type FetchFunction, globalFetch, secureUrl } from "./http/fetch-json.ts"
import { type IssuerFunction, type IssuerRule, issuerRule } from "./issuer-rule.ts"
import {
  asymmetricAlgorithms,
  isSignatureAlgorithm,
  type SignatureAlgorithm,
  symmetricAlgorithms,
} from "./jose/algorithms.ts"
import { discoverJwksUri } from "./keys/discovery.ts"
import { type KeyFunction, keysByFunction } from "./keys/key-function.ts"
import type { KeySource } from "./keys/key-source.ts"
import { localKeySet, pemKey, sharedSecret } from "./keys/local-keys.ts"
import { RemoteKeys } from "./keys/remote-keys.ts"
import { audienceList, listOf, notNegative } from "./option-checks.ts"
import { TokenError } from "./token-error.ts"

/** At most one of `jwksUri`, `jwks`, `publicKey`, `key` and `secret`; without one, the keys are discovered. */
export interface JwtVerifierOptions {
  /** Who may have issued the token: one issuer, several, or a function of the claims. */
  issuer: string | readonly string[] | IssuerFunction
  /** Names of ours; the token must have at least one of them as its `aud`. */
  audience: string | readonly string[]

  /** Where the issuer publishes its keys. Without any keys given, each issuer's metadata is asked. */
  jwksUri?: string | URL
  /** The issuer's public keys. */
  jwks?: JSONWebKeySet
  /** The issuer's public key as PEM: SubjectPublicKeyInfo or an X.509 certificate. */
  publicKey?: string
  /** Finds the key of each token. */
  key?: KeyFunction
  /** A secret shared with the issuer, at least 32 bytes: tokens are then signed with HMAC, and only so. */
  secret?: string | Uint8Array

  /** Accepted `typ` headers. Default: `at+jwt` (RFC 9068). Entra's tokens have `JWT`. */
  typ?: string | readonly string[]
  /** Also accepts a token without a `typ`. Default: false. */
  allowMissingTyp?: boolean
  /** Accepted algorithms. Default: HS256 with a secret, else every asymmetric one, each with its own kind of key. */
  algorithms?: readonly SignatureAlgorithm[]
  /** Scopes that the token must have, all of them. Default: none. */
  requiredScopes?: readonly string[]
  /** Seconds by which the issuer's clock may differ. Default: 5. */
  leeway?: number
  /** Seconds for which fetched keys are good; a withdrawn key is dropped within this time. Default: 3600. */
  refreshInterval?: number
  /** Bytes of memory for verified tokens, so that a token seen again costs next to nothing; 0 remembers none. Default: 16 MiB. */
  rememberBytes?: number
  /** Fetches keys and metadata. Default: the global `fetch`. */
  fetch?: FetchFunction
  /** Milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number
}

/** The options, checked, with their defaults. */
export interface JwtRules {
  readonly issuer: IssuerRule
  readonly audiences: readonly string[]
  readonly keys: KeySource
  readonly types: readonly string[]
  readonly allowMissingTyp: boolean
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly requiredScopes: readonly string[]
  readonly leeway: number
  readonly rememberBytes: number
  readonly now: () => number
}

/** @throws {TypeError} that says which option to mend. */
export function jwtRules(options: JwtVerifierOptions): JwtRules {
  const issuer = issuerRule(options.issuer)
  return {
    issuer,
    audiences: audienceList(options.audience),
    keys: keySource(options, issuer.issuers),
    types: listOf(options.typ ?? "at+jwt").map(mediaType),
    allowMissingTyp: options.allowMissingTyp ?? false,
    algorithms: algorithmList(options),
    requiredScopes: [...(options.requiredScopes ?? [])],
    leeway: notNegative(options.leeway ?? 5, "leeway"),
    rememberBytes: notNegative(options.rememberBytes ?? 16 * 1024 * 1024, "rememberBytes"),
    now: options.now ?? Date.now,
  }
}

/** A `typ` for comparison: media types ignore case, and `application/` may be left out (RFC 7515 §4.1.9). */
export function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\/(?=[^/]+$)/, "")
}

function algorithmList({ algorithms, secret }: JwtVerifierOptions): readonly SignatureAlgorithm[] {
  const possible = secret === undefined ? asymmetricAlgorithms : symmetricAlgorithms
  if (algorithms === undefined) return secret === undefined ? possible : ["HS256"]
  for (const name of algorithms) {
    if (!isSignatureAlgorithm(name) || !possible.includes(name)) {
      throw new TypeError(`algorithms: ${name} cannot be used with these keys`)
    }
  }
  if (algorithms.length === 0) throw new TypeError("algorithms is empty")
  return [...algorithms]
}

function keySource(options: JwtVerifierOptions, issuers: readonly string[]): KeySource {
  const { jwksUri, jwks, publicKey, key, secret } = options
  const given = [jwksUri, jwks, publicKey, key, secret].filter((source) => source !== undefined)
  if (given.length > 1) {
    throw new TypeError("Only one of jwksUri, jwks, publicKey, key and secret can be given")
  }
  if (jwks !== undefined) return localKeySet(jwks)
  if (publicKey !== undefined) return pemKey(publicKey)
  if (key !== undefined) return keysByFunction(key)
  if (secret !== undefined) return sharedSecret(secret)
  if (jwksUri !== undefined) {
    const url = secureUrl(jwksUri, "jwksUri")
    return remoteKeys(options, () => url)
  }
  if (issuers.length === 0) {
    throw new TypeError("With a function as issuer, the keys cannot be discovered: give jwksUri")
  }
  return discoveredKeys(options, issuers)
}

/** Each issuer's own keys: one issuer cannot sign for another. */
function discoveredKeys(options: JwtVerifierOptions, issuers: readonly string[]): KeySource {
  const byIssuer = new Map<string, KeySource>()
  for (const issuer of issuers) {
    secureUrl(issuer, "issuer")
    byIssuer.set(
      issuer,
      remoteKeys(options, (fetch) => discoverJwksUri(issuer, fetch)),
    )
  }
  return {
    keysFor(header, issuer) {
      const keys = byIssuer.get(issuer)
      if (!keys) throw new TokenError("unknown_key", "The key of the token is not known")
      return keys.keysFor(header, issuer)
    },
  }
}

function remoteKeys(
  options: JwtVerifierOptions,
  locate: (fetch: FetchFunction) => URL | Promise<URL>,
): RemoteKeys {
  const { fetch = globalFetch } = options
  const refreshInterval = notNegative(options.refreshInterval ?? 3600, "refreshInterval") * 1000
  return new RemoteKeys({
    locate: () => locate(fetch),
    fetch,
    now: options.now ?? Date.now,
    refreshInterval,
  })
}
