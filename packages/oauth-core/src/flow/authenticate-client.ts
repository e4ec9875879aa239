import { createLocalJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from "jose"
import { z } from "zod"
import { DocumentError } from "../document-fetcher.ts"
import { OAuthError } from "../errors.ts"
import { endpointPaths } from "../protocol/server-metadata.ts"
import { seenAssertions } from "../records/client-assertion.ts"
import type { Client } from "./client.ts"
import type { DocumentKind } from "./client-documents.ts"
import type { Deps } from "./deps.ts"
import { resolveClient } from "./resolve-client.ts"

/** What a request to the token endpoint (or one like it) proves its client with (OAuth 2.1 §2.4). */
export type ClientCredential =
  | { method: "none"; clientId: string }
  | { method: "secret"; clientId: string; secret: string }
  | { method: "assertion"; clientId: string | undefined; assertion: string }

const assertionMaxLength = 8 * 1024
/** An assertion may live this long at most, so that its `jti` need not be remembered longer. */
const assertionMaxLifetime = 60 * 60
const leeway = 30

/**
 * Authenticates a client by the method that it registered.
 *
 * @throws {OAuthError} `invalid_client`; the text never says which part was wrong.
 */
export async function authenticateClient(
  credential: ClientCredential,
  deps: Deps,
): Promise<Client> {
  if (credential.method === "assertion") return authenticateByAssertion(credential, deps)
  const client = await resolveClient(credential.clientId, deps)
  if (credential.method === "none") {
    if (client.authenticationMethod === "none") return client
    throw refused("client_credential_missing")
  }
  if (client.isSecret && (await client.isSecret(credential.secret))) return client
  // A public client that sends a secret is let in by nobody: it may be an imitation.
  throw refused("client_credential_wrong")
}

const refused = (
  reason: "client_credential_missing" | "client_credential_wrong" | "client_assertion_invalid",
  cause?: unknown,
) => new OAuthError("invalid_client", reason, "The client could not be authenticated.", { cause })

/** `private_key_jwt` (RFC 7523 §3, OIDC Core §9). */
async function authenticateByAssertion(
  { clientId, assertion }: { clientId: string | undefined; assertion: string },
  deps: Deps,
): Promise<Client> {
  const claimed = claimedSubject(assertion)
  if (claimed === undefined || (clientId !== undefined && clientId !== claimed)) {
    throw refused("client_assertion_invalid")
  }
  const client = await resolveClient(claimed, deps)
  if (client.authenticationMethod !== "private_key_jwt") throw refused("client_assertion_invalid")
  const payload = await verifyAssertion(assertion, client, deps)
  await rememberAssertion(client, payload, deps)
  return client
}

function claimedSubject(assertion: string): string | undefined {
  if (assertion.length > assertionMaxLength) return undefined
  try {
    return decodeJwt(assertion).sub
  } catch {
    return undefined
  }
}

async function verifyAssertion(
  assertion: string,
  client: Client,
  deps: Deps,
  maxAge?: number,
): Promise<JWTPayload> {
  const { issuer } = deps.settings
  try {
    const keys = createLocalJWKSet(await keysOf(client, deps, maxAge))
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ["ES256", "PS256", "RS256", "EdDSA"],
      issuer: client.id,
      subject: client.id,
      audience: [issuer, `${issuer}${endpointPaths.token}`],
      requiredClaims: ["exp", "jti"],
      clockTolerance: leeway,
      currentDate: new Date(deps.now()),
    })
    return payload
  } catch (error) {
    // A key that the cached copy does not know may be a new one of the client's.
    if (error instanceof errors.JWKSNoMatchingKey && client.jwksUri && maxAge === undefined) {
      return verifyAssertion(assertion, client, deps, 60 * 1000)
    }
    if (error instanceof errors.JOSEError) throw refused("client_assertion_invalid", error)
    throw error
  }
}

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(20) })
const keyDocuments: DocumentKind<z.infer<typeof jwksSchema>> = {
  name: "jwks",
  maxBytes: 32 * 1024,
  parse: (document) => jwksSchema.parse(document),
}

async function keysOf(client: Client, deps: Deps, maxAge: number | undefined) {
  if (client.jwks) return client.jwks
  if (!client.jwksUri || !deps.documents) throw refused("client_assertion_invalid")
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
    throw refused("client_assertion_invalid", error)
  }
}

/** Each assertion is good once, over all instances. */
async function rememberAssertion(client: Client, payload: JWTPayload, deps: Deps): Promise<void> {
  const { exp = 0, jti = "" } = payload
  if (exp * 1000 > deps.now() + (assertionMaxLifetime + leeway) * 1000 || jti.length > 500) {
    throw refused("client_assertion_invalid")
  }
  const handle = JSON.stringify([client.id, jti])
  const keptUntil = (exp + leeway) * 1000
  if (await deps.records.swap(seenAssertions, handle, undefined, true, keptUntil)) return
  throw new OAuthError(
    "invalid_client",
    "client_assertion_replayed",
    "The client assertion was used before. Make a new one, with a new jti, for each request.",
  )
}
