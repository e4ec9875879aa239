import {
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
} from "oauth4webapi"
import type { ClientInformation } from "../protocol/metadata.ts"
import type { Run } from "../step.ts"
import type { UsableServer } from "./discover-server.ts"

/** An authorization request, with what is needed to check its response. */
export interface AuthorizationRequest {
  url: URL
  redirectUri: string
  state: string
  codeVerifier: string
  scope: string | undefined
  resource: string
}

/** Builds the authorization request: PKCE, state, and `resource` as the metadata has it (RFC 8707 §2). */
export async function requestAuthorization(
  run: Run,
  server: UsableServer,
  client: ClientInformation,
  request: Pick<AuthorizationRequest, "redirectUri" | "scope" | "resource">,
): Promise<AuthorizationRequest> {
  const { redirectUri, scope, resource } = request
  const state = generateRandomState()
  const codeVerifier = generateRandomCodeVerifier()
  run.secrets.learn(codeVerifier)
  const url = new URL(server.authorization_endpoint)
  const parameters = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
    state,
    resource,
    ...(scope && { scope }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  run.note(scope ? `scope ${scope}` : "no scope by name")
  run.note(`resource ${resource}`)
  run.note(`redirect ${redirectUri}`)
  return { url, redirectUri, state, codeVerifier, scope, resource }
}
