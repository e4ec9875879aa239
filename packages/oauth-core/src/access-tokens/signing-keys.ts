import { calculateJwkThumbprint, type JWK } from "jose"
import type { Records } from "../records/record-store.ts"
import { type Es256Signer, primitives } from "../tokens/crypto.ts"
import {
  never,
  type SigningKeySet,
  signingKeySetHandle,
  signingKeySets,
} from "./signing-key-set.ts"

type StoredKey = SigningKeySet["keys"][number]

/** The keys that sign access tokens. */
export interface SigningKeys {
  /** The key to sign with now. */
  current(): Promise<{ kid: string; sign: Es256Signer }>
  /** The public key with this id. If it is unknown, the store is read again. */
  publicKey(kid: string): Promise<JWK | undefined>
  /** Every published key, for the JWKS (RFC 7517 §5). */
  publicKeys(): Promise<readonly JWK[]>
  /** Replaces every key with a new one immediately. Tokens signed before are refused. */
  rotateNow(): Promise<string>
}

export interface SigningKeysOptions {
  records: Records
  now: () => number
  /** How long a token lives, in milliseconds. */
  tokenLifetime: number
  onRotated?: (kid: string) => void
}

const day = 24 * 60 * 60 * 1000
/** How long a key signs. */
const signingPeriod = 30 * day
/** How long before its first use a key is published, so that every cache has it by then. */
const publishedAhead = day
/**
 * The maximum age of the copy in memory, so also how long a key withdrawn elsewhere is still accepted.
 */
const copyLifetime = 60 * 1000
/** Unknown key ids cause the store to be read at most this often. */
const rereadInterval = 5 * 1000
/** How far verifiers' clocks may be off. */
const leeway = 60 * 1000

/**
 * The server's ES256 keys, in one record that all instances share.
 *
 * They rotate automatically. A key signs for 30 days, and its successor is published a day before that
 * ends. A key stays published until the last token that it signed has expired.
 */
export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { records, now } = options
  let copy: { readAt: number; keys: readonly StoredKey[] } | undefined
  let reading: Promise<readonly StoredKey[]> | undefined
  const signers = new Map<string, Es256Signer>()
  /** Always the same object for a key, because verifiers cache tokens by the key that verified them. */
  const published = new Map<string, JWK>()

  async function keys(maxAge: number): Promise<readonly StoredKey[]> {
    if (copy && now() - copy.readAt < maxAge) return copy.keys
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function read(): Promise<readonly StoredKey[]> {
    const readAt = now()
    let stored = await records.get(signingKeySets, signingKeySetHandle)
    if (stored?.outdated) {
      // The record is rarely written, so it is sealed again now: nothing works without it.
      stored = await records.update(signingKeySets, signingKeySetHandle, (current) =>
        current?.outdated ? write(current.value.keys) : undefined,
      )
    }
    if (!stored || needsSuccessor(stored.value.keys, readAt)) {
      const made = await newKey()
      stored = await records.update(signingKeySets, signingKeySetHandle, (current) => {
        const known = current?.value.keys ?? []
        if (!needsSuccessor(known, readAt)) return undefined
        const newest = known.at(-1)
        const signsFrom = newest ? Math.max(newest.signsFrom + signingPeriod, readAt) : readAt
        return write([...known.filter(isPublished(readAt)), { ...made, ...schedule(signsFrom) }])
      })
      if (stored?.value.keys.at(-1)?.kid === made.kid) options.onRotated?.(made.kid)
    }
    const keys = stored?.value.keys.filter(isPublished(readAt)) ?? []
    for (const kid of published.keys()) {
      if (keys.some((key) => key.kid === kid)) continue
      published.delete(kid)
      signers.delete(kid)
    }
    for (const key of keys) if (!published.has(key.kid)) published.set(key.kid, publicJwk(key))
    copy = { readAt, keys }
    return keys
  }

  const schedule = (signsFrom: number) => ({
    signsFrom,
    publishedUntil: signsFrom + signingPeriod + options.tokenLifetime + leeway,
  })

  return {
    async current() {
      const known = await keys(copyLifetime)
      const key = known.findLast((candidate) => candidate.signsFrom <= now()) ?? known[0]
      if (!key) throw new TypeError("there is no signing key")
      let sign = signers.get(key.kid)
      if (!sign) {
        sign = await primitives.importEs256Key(key.jwk)
        signers.set(key.kid, sign)
      }
      return { kid: key.kid, sign }
    },
    async publicKey(kid) {
      await keys(copyLifetime)
      if (!published.has(kid)) await keys(rereadInterval)
      return published.get(kid)
    },
    async publicKeys() {
      return (await keys(copyLifetime)).flatMap(({ kid }) => published.get(kid) ?? [])
    },
    async rotateNow() {
      const made = await newKey()
      await records.update(signingKeySets, signingKeySetHandle, () =>
        write([{ ...made, ...schedule(now()) }]),
      )
      copy = undefined
      options.onRotated?.(made.kid)
      return made.kid
    },
  }
}

const write = (keys: readonly StoredKey[]) => ({ value: { keys: [...keys] }, expiresAt: never })

const isPublished = (time: number) => (key: StoredKey) => key.publishedUntil > time

function needsSuccessor(keys: readonly StoredKey[], time: number): boolean {
  const newest = keys.at(-1)
  return !newest || newest.signsFrom + signingPeriod - publishedAhead <= time
}

async function newKey() {
  const jwk = await primitives.generateEs256Key()
  const { d: _, ...publicPart } = jwk
  return { kid: await calculateJwkThumbprint(publicPart), jwk }
}

function publicJwk({ kid, jwk }: StoredKey): JWK {
  const { kty, crv, x, y } = jwk
  return { kty, crv, x, y, kid, alg: "ES256", use: "sig" }
}
