import type { Client } from "../../ports/client.ts"
import { DocumentError } from "../../ports/document-fetcher.ts"
import { OAuthError } from "../../ports/errors.ts"
import {
  isClientMetadataUrl,
  parseClientMetadataDocument,
} from "../../protocol/client-id-metadata-document.ts"
import type { ClientMetadata } from "../../protocol/client-metadata.ts"
import {
  clientExpiry,
  dayOf,
  type RegisteredClient,
  registeredClients,
} from "../../records/client.ts"
import type { Deps } from "../deps.ts"
import { secretOfDigest } from "./client-secret.ts"
import type { DocumentKind } from "./documents.ts"

const metadataDocuments: DocumentKind<ClientMetadata> = {
  name: "client",
  maxBytes: 5 * 1024,
  parse: (document, url) => parseClientMetadataDocument(url, document),
}

/**
 * Finds a client by its id: pre-registered, with a metadata document, or registered here.
 *
 * @throws {OAuthError} `invalid_client` if there is none, saying how to register, or
 * `temporarily_unavailable` if its metadata document cannot be fetched right now.
 */
export async function resolveClient(clientId: string, deps: Deps): Promise<Client> {
  const preRegistered = deps.settings.clients.get(clientId)
  if (preRegistered) return preRegistered
  if (isClientMetadataUrl(clientId, deps.settings.loopback)) return documentClient(clientId, deps)
  const registered =
    clientId.length <= 200 ? await deps.records.get(registeredClients, clientId) : undefined
  if (registered) return registeredClient(clientId, registered.value)
  const { issuer, registration } = deps.settings
  throw new OAuthError(
    "invalid_client",
    "unknown_client",
    registration.open
      ? `This client is not registered here. Register it at ${issuer}/register and use the client_id from the response.`
      : "This client is not registered here. Ask the operator of this server for a client_id.",
  )
}

/** Turns a registration record into a {@link Client}. */
export function registeredClient(id: string, record: RegisteredClient): Client {
  const { secretDigest, lastUsedDay } = record
  return {
    ...fromMetadata(id, record.metadata),
    source: "registered",
    ...(lastUsedDay === undefined ? {} : { lastUsedDay }),
    ...(secretDigest === undefined ? {} : { secret: secretOfDigest(secretDigest) }),
  }
}

async function documentClient(clientId: string, deps: Deps): Promise<Client> {
  const { host, hostname } = new URL(clientId)
  const allowed = deps.settings.metadataHosts
  if (!deps.documents || (allowed && !allowed.includes(hostname))) {
    throw new OAuthError(
      "invalid_client",
      "unknown_client",
      "This server does not accept client metadata documents from that host.",
    )
  }
  try {
    const metadata = await deps.documents.get(metadataDocuments, clientId)
    return {
      ...fromMetadata(clientId, metadata),
      source: "metadata_document",
      verifiedHost: host,
    }
  } catch (error) {
    if (error instanceof OAuthError) {
      throw new OAuthError("invalid_client", error.reason, error.message, { cause: error })
    }
    if (!(error instanceof DocumentError)) throw error
    throw error.transient
      ? new OAuthError(
          "temporarily_unavailable",
          "client_metadata_unavailable",
          `The client's metadata document could not be fetched: ${error.message}. Try again later.`,
          { cause: error, retryAfter: 10 },
        )
      : new OAuthError(
          "invalid_client",
          "client_metadata_unavailable",
          `The client's metadata document could not be fetched: ${error.message}.`,
          { cause: error },
        )
  }
}

function fromMetadata(id: string, metadata: ClientMetadata): Omit<Client, "source"> {
  return {
    id,
    redirectUris: metadata.redirect_uris,
    grantTypes: metadata.grant_types,
    authenticationMethod: metadata.token_endpoint_auth_method,
    ...(metadata.client_name ? { name: metadata.client_name } : {}),
    ...(metadata.client_uri === undefined ? {} : { uri: metadata.client_uri }),
    ...(metadata.jwks === undefined ? {} : { jwks: metadata.jwks }),
    ...(metadata.jwks_uri === undefined ? {} : { jwksUri: metadata.jwks_uri }),
  }
}

/**
 * Restarts a registered client's lifetime. Writes at most once a day.
 *
 * Clients keep using an old id forever and never register again, so one that ended too early would be
 * stuck.
 */
export async function renewClient(client: Client, deps: Deps): Promise<void> {
  if (client.source !== "registered") return
  const today = dayOf(deps.now())
  if (client.lastUsedDay === today) return
  await deps.records.update(registeredClients, client.id, (current) => {
    if (!current || current.value.lastUsedDay === today) return undefined
    const value = { ...current.value, clientId: client.id, lastUsedDay: today }
    return { value, expiresAt: clientExpiry(value, deps.settings.lifetimes.grantIdle) }
  })
}
