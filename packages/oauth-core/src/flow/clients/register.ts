import { OAuthError } from "../../ports/errors.ts"
import { type ClientMetadata, parseClientMetadata } from "../../protocol/client-metadata.ts"
import { checkRedirectUriPatterns } from "../../protocol/redirect-uri.ts"
import { clientExpiry, type RegisteredClient, registeredClients } from "../../records/client.ts"
import { digestOf, sameSecret } from "../../tokens/digest.ts"
import { createIdentifier, createOpaqueToken } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { checkRegistration } from "../hooks.ts"
import { registeredClient } from "./resolve.ts"

/** A client information response (RFC 7591 §3.2.1, RFC 7592 §3). */
export type ClientInformation = ClientMetadata & {
  client_id: string
  /** Seconds since the epoch. */
  client_id_issued_at: number
  client_secret?: string
  /** 0 means that the secret does not expire before the client does. */
  client_secret_expires_at?: number
  registration_access_token: string
  registration_client_uri: string
}

/**
 * Registers a client (RFC 7591 §3).
 *
 * @throws {OAuthError} `invalid_client_metadata`, `invalid_redirect_uri`, or `invalid_token` if the
 * operator requires an initial access token and it was not sent.
 */
export async function registerClient(
  input: { metadata: unknown; accessToken: string | undefined },
  deps: Deps,
): Promise<ClientInformation> {
  await checkInitialAccessToken(input.accessToken, deps)
  const metadata = parseClientMetadata(input.metadata, deps.settings.grantTypes)
  const { redirectUriPatterns } = deps.settings
  for (const uri of metadata.redirect_uris) checkRedirectUriPatterns(uri, redirectUriPatterns)
  checkKeysAreReachable(metadata, deps)

  const clientId = createIdentifier()
  const usesSecret = metadata.token_endpoint_auth_method.startsWith("client_secret_")
  const secret = usesSecret ? createOpaqueToken() : undefined
  const registrationToken = createOpaqueToken()
  const record: RegisteredClient = {
    clientId,
    metadata,
    issuedAt: deps.now(),
    registrationTokenDigest: await digestOf(registrationToken),
    ...(secret === undefined ? {} : { secretDigest: await digestOf(secret) }),
  }
  await checkRegistration(registeredClient(clientId, record), deps)
  const expiresAt = clientExpiry(record, deps.settings.lifetimes.grantIdle)
  await deps.records.put(registeredClients, clientId, record, expiresAt)
  deps.emit({
    type: "client.registered",
    clientId,
    ...(metadata.client_name === undefined ? {} : { clientName: metadata.client_name }),
  })
  return clientInformation(clientId, record, deps, { secret, registrationToken })
}

/** What a client is told about its registration. Its secret is included only when it is created. */
export function clientInformation(
  clientId: string,
  record: RegisteredClient,
  deps: Deps,
  made: { secret?: string | undefined; registrationToken: string },
): ClientInformation {
  return {
    client_id: clientId,
    client_id_issued_at: Math.floor(record.issuedAt / 1000),
    ...(made.secret === undefined ? {} : { client_secret: made.secret }),
    ...(record.secretDigest === undefined ? {} : { client_secret_expires_at: 0 }),
    registration_access_token: made.registrationToken,
    registration_client_uri: `${deps.settings.issuer}/register/${clientId}`,
    ...record.metadata,
  }
}

/**
 * @throws {OAuthError} `invalid_client_metadata` if the keys would have to be fetched, but this server
 * fetches nothing.
 */
function checkKeysAreReachable(metadata: ClientMetadata, deps: Deps): void {
  if (metadata.token_endpoint_auth_method !== "private_key_jwt") return
  if (metadata.jwks || deps.documents) return
  throw new OAuthError(
    "invalid_client_metadata",
    "client_metadata_invalid",
    "jwks_uri: this server does not fetch keys; send them as jwks",
  )
}

async function checkInitialAccessToken(given: string | undefined, deps: Deps): Promise<void> {
  const { open, accessToken } = deps.settings.registration
  if (!open) {
    throw new OAuthError(
      "access_denied",
      "registration_refused",
      "This server does not allow clients to register. Ask its operator for a client_id.",
      { status: 403 },
    )
  }
  if (accessToken === undefined) return
  if (given !== undefined && (await sameSecret(given, accessToken))) return
  throw new OAuthError(
    "invalid_token",
    "registration_refused",
    "Registration requires an initial access token from this server's operator, sent as a bearer token.",
  )
}
