import { type ClientInformation, clientInformation } from "../protocol/metadata.ts"
import { type Run, Stop } from "../step.ts"
import type { UsableServer } from "./discover-server.ts"
import { readJson } from "./fetch-json.ts"

/** How the client may introduce itself. */
export interface ClientOptions {
  /** The ID of a client that was registered beforehand. Default: the client registers itself. */
  clientId?: string | undefined
  /** That client's secret. Default: it is a public client. */
  clientSecret?: string | undefined
  /** The URL of a client ID metadata document, used if the server supports them and `clientId` is not set. */
  clientMetadataUrl?: string | undefined
}

/**
 * Becomes a client of the server: with the ID of one registered beforehand, else by a client ID
 * metadata document, else by dynamic registration (MCP 2025-11-25).
 */
export async function registerClient(
  run: Run,
  server: UsableServer,
  redirectUri: string,
  { clientId, clientSecret, clientMetadataUrl }: ClientOptions,
): Promise<ClientInformation> {
  if (clientId) {
    run.secrets.learn(clientSecret)
    run.note(`client ${clientId}, registered beforehand`)
    return { client_id: clientId, ...(clientSecret && { client_secret: clientSecret }) }
  }
  if (clientMetadataUrl) {
    const supported = server.client_id_metadata_document_supported === true
    if (run.check("client-metadata-document", supported, "the server does not advertise it")) {
      run.note(`client ${clientMetadataUrl}, by its metadata document`)
      return { client_id: clientMetadataUrl, token_endpoint_auth_method: "none" }
    }
  }
  if (!server.registration_endpoint) {
    throw new Stop(
      "The server registers no clients. Register one by hand and pass its ID (--client-id).",
    )
  }
  return register(run, new URL(server.registration_endpoint), redirectUri)
}

/** RFC 7591 §3.1; `application_type` by SEP-837. */
async function register(run: Run, endpoint: URL, redirectUri: string): Promise<ClientInformation> {
  const response = await run.fetch(
    new Request(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({
        client_name: "Doorward test client",
        application_type: "native",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: "none",
      }),
    }),
  )
  if (!response.ok) {
    throw new Stop(`The registration was refused with ${response.status}: ${await response.text()}`)
  }
  run.check("registration-created", response.status === 201, `it answers with ${response.status}`)
  const client = await readJson(response, clientInformation, endpoint)
  run.secrets.learn(client.client_secret)
  const uris = client.redirect_uris ?? []
  run.check("registration-redirect", uris.includes(redirectUri), `it has ${JSON.stringify(uris)}`)
  run.note(`client ${client.client_id}`)
  return client
}
