import {
  type AuthorizationServer,
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  None,
  ResponseBodyError,
  type TokenEndpointResponse,
} from "oauth4webapi"
import { reasonOf } from "../http/exchange.ts"
import type { ClientInformation } from "../protocol/metadata.ts"
import { type Run, Stop } from "../step.ts"
import type { UsableServer } from "./discover-server.ts"

/** What a token response gave. */
export interface Tokens {
  accessToken: string
  refreshToken: string | undefined
  scope: string | undefined
}

/** The server in the form that oauth4webapi takes. */
export function asServer(server: UsableServer): AuthorizationServer {
  const { issuer, token_endpoint, authorization_response_iss_parameter_supported } = server
  return {
    issuer,
    token_endpoint,
    ...(authorization_response_iss_parameter_supported !== undefined && {
      authorization_response_iss_parameter_supported,
    }),
  }
}

/** The authentication method that was registered, else one that the server offers. */
export function clientAuthentication(client: ClientInformation, server: UsableServer): ClientAuth {
  const { client_secret: secret, token_endpoint_auth_method: method } = client
  if (!secret || method === "none") return None()
  const offered = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
  const post = method ? method === "client_secret_post" : !offered.includes("client_secret_basic")
  return post ? ClientSecretPost(secret) : ClientSecretBasic(secret)
}

/** The endpoints have already been checked to be https or on loopback. */
export function tokenRequestOptions(run: Run, resource: string) {
  return {
    additionalParameters: { resource },
    [allowInsecureRequests]: true,
    [customFetch]: (url: string, init: RequestInit) => run.fetch(new Request(url, init)),
  }
}

/** Sends a token request, checks the response's headers, and has its body read strictly. */
export async function askForTokens(
  run: Run,
  send: () => Promise<Response>,
  read: (response: Response) => Promise<TokenEndpointResponse>,
): Promise<Tokens> {
  const response = await send()
  if (response.ok) {
    const caching = response.headers.get("cache-control") ?? ""
    run.check("token-not-stored", caching.includes("no-store"), `Cache-Control: ${caching}`)
  }
  const body = await read(response).catch((error: unknown) => {
    run.check("token-response", error instanceof ResponseBodyError)
    throw new Stop(refusalOf(error))
  })
  run.check("token-response", true)
  run.secrets.learn(body.access_token)
  run.secrets.learn(body.refresh_token)
  run.note(
    `access token, ${body.expires_in ?? "an unknown number of"} s, scope ${body.scope ?? "as requested"}`,
  )
  run.note(body.refresh_token ? "refresh token" : "no refresh token")
  return { accessToken: body.access_token, refreshToken: body.refresh_token, scope: body.scope }
}

function refusalOf(error: unknown): string {
  if (!(error instanceof ResponseBodyError)) return reasonOf(error)
  const { status, error: code, error_description: description } = error
  return `The token endpoint answers with ${status} ${code}${description ? `: ${description}` : "."}`
}
