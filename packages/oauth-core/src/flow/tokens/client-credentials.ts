import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { chooseResource } from "../../protocol/resource.ts"
import { chooseScopes } from "../../protocol/scope.ts"
import type { ClientCredentialsTokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import type { Deps } from "../deps.ts"
import { issueOnce } from "./issue-once.ts"

/**
 * Issues an access token to a client that acts for itself, without a person (RFC 6749 §4.4, MCP SEP-1046).
 * Only the operator can allow that, for clients that they configured.
 *
 * @throws {OAuthError} `unauthorized_client`, `invalid_target` or `invalid_scope` if the client may not.
 */
export async function issueToClient(
  input: { request: ClientCredentialsTokenRequest; client: Client },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client } = input
  const allowed = deps.settings.clientCredentials.get(client.id)
  if (!allowed || client.authenticationMethod === "none") throw notAllowed()
  const [only, another] = allowed.resources
  const absent = another === undefined ? only : undefined
  const resource = chooseResource(request.resources, allowed.resources, absent)
  const ofResource = deps.settings.resources.find((known) => known.resource === resource)?.scopes
  const supported = allowed.scopes.filter((scope) => ofResource?.includes(scope))
  return issueOnce(
    {
      userId: client.id,
      principal: "app",
      clientId: client.id,
      ...(client.name === undefined ? {} : { clientName: client.name }),
      identity: {
        issuer: deps.settings.issuer,
        subject: client.id,
        ...(client.name === undefined ? {} : { name: client.name }),
        roles: [],
        claims: {},
      },
      scopes: [...chooseScopes(request.scope, supported)],
      resource,
    },
    deps,
  )
}

const notAllowed = () =>
  new OAuthError(
    "unauthorized_client",
    "grant_type_not_allowed",
    "This client may not get tokens without a person. Ask the operator of this server to allow it.",
  )
