import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose"
import { z } from "zod"
import type { Client } from "../../ports/client.ts"
import { DocumentError } from "../../ports/document-fetcher.ts"
import { OAuthError } from "../../ports/errors.ts"
import { assertionAlgorithms, endpointPaths } from "../../protocol/server-metadata.ts"
import { seenAssertions } from "../../records/client-assertion.ts"
import type { Deps } from "../deps.ts"
import type { DocumentKind } from "./documents.ts"
import { resolveClient } from "./resolve.ts"

const assertionMaxLength = 8 * 1024
/**
 * The longest that an assertion may live, in seconds. It limits how long a `jti` must be remembered.
 */
const assertionMaxLifetime = 60 * 60
const leeway = 30
/**
 * If the key is unknown and the copy of the client's keys is older than this, they are fetched again.
 * Milliseconds.
 */
const rereadAfter = 60 * 1000

/**
 * Authenticates a client by `private_key_jwt` (RFC 7523 §3, OIDC Core §9). Each assertion is accepted
 * only once, on all instances together.
 *
 * @throws {OAuthError} `invalid_client`, or `temporarily_unavailable` if the keys cannot be fetched
 * right now.
 */
export async function verifyClientAssertion(
  { clientId, assertion }: { clientId: string | undefined; assertion: string },
  deps: Deps,
): Promise<Client> {
  const claimed = claimedSubject(assertion)
  if (claimed === undefined || (clientId !== undefined && clientId !== claimed)) throw invalid()
  const client = await resolveClient(claimed, deps)
  if (client.authenticationMethod !== "private_key_jwt") throw invalid()
  await remember(client, await verify(assertion, client, deps), deps)
  return client
}

const invalid = (cause?: unknown) =>
  new OAuthError(
    "invalid_client",
    "client_assertion_invalid",
    "The client could not be authenticated.",
    { cause },
  )

function claimedSubject(assertion: string): string | undefined {
  if (assertion.length > assertionMaxLength) return undefined
  try {
    const sub: unknown = decodeJwt(assertion).sub
    return typeof sub === "string" ? sub : undefined
  } catch {
    return undefined
  }
}

async function verify(
  assertion: string,
  client: Client,
  deps: Deps,
  maxAge?: number,
): Promise<JWTPayload> {
  const { issuer } = deps.settings
  const options = {
    algorithms: assertionAlgorithms,
    issuer: client.id,
    // The audience should be the issuer, but RFC 7523 §3 and RFC 9126 §2 also allow the endpoints.
    audience: [issuer, `${issuer}${endpointPaths.token}`, `${issuer}${endpointPaths.par}`],
    requiredClaims: ["exp", "jti"],
    clockTolerance: leeway,
    currentDate: new Date(deps.now()),
  }
  const keys = await keysOf(client, deps, maxAge)
  try {
    return await verifyWithKeys(assertion, keys, options)
  } catch (error) {
    // A key that is not in the cached copy may be new.
    if (error instanceof errors.JWKSNoMatchingKey && client.jwksUri && maxAge === undefined) {
      return verify(assertion, client, deps, rereadAfter)
    }
    // Anything else means that the assertion or the client's key is invalid.
    throw invalid(error)
  }
}

/** Without a `kid`, several keys may match; one of them must verify the signature. */
async function verifyWithKeys(
  assertion: string,
  { keys }: JSONWebKeySet,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const usable = { keys: keys.filter(isCheap) }
  try {
    return (await jwtVerify(assertion, createLocalJWKSet(usable), options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return (await jwtVerify(assertion, key, options)).payload
      } catch (mismatch) {
        if (!(mismatch instanceof errors.JWSSignatureVerificationFailed)) throw mismatch
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

/**
 * Allows RSA moduli up to 8192 bits and exponents up to 64; larger ones would take up to 30 times as
 * long to check.
 */
const isCheap = ({ n, e }: JWK) => isShort(n, 1366) && isShort(e, 11)
const isShort = (member: unknown, max: number) =>
  member === undefined || (typeof member === "string" && member.length <= max)

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(20) })
const keyDocuments: DocumentKind<JSONWebKeySet> = {
  name: "jwks",
  maxBytes: 32 * 1024,
  parse: (document) => jwksSchema.parse(document),
}

async function keysOf(
  client: Client,
  deps: Deps,
  maxAge: number | undefined,
): Promise<JSONWebKeySet> {
  if (client.jwks) return { keys: [...client.jwks.keys] }
  if (!client.jwksUri || !deps.documents) throw invalid()
  try {
    return await deps.documents.get(keyDocuments, client.jwksUri, maxAge)
  } catch (error) {
    if (error instanceof DocumentError && error.transient) {
      throw new OAuthError(
        "temporarily_unavailable",
        "client_metadata_unavailable",
        "The client's keys could not be fetched. Try again later.",
        { cause: error, retryAfter: 10 },
      )
    }
    if (error instanceof DocumentError || error instanceof z.ZodError) throw invalid(error)
    throw error
  }
}

async function remember(client: Client, { exp = 0, jti }: JWTPayload, deps: Deps): Promise<void> {
  const latest = deps.now() / 1000 + assertionMaxLifetime + leeway
  if (typeof jti !== "string" || jti === "" || exp > latest) throw invalid()
  const handle = JSON.stringify([client.id, jti])
  const keptUntil = (exp + leeway) * 1000
  if (await deps.records.swap(seenAssertions, handle, undefined, true, keptUntil)) return
  throw new OAuthError(
    "invalid_client",
    "client_assertion_replayed",
    "The client assertion has already been used. Create a new one, with a new jti, for each request.",
  )
}
