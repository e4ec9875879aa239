import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { chooseResource } from "../../protocol/resource.ts"
import { chooseScopes } from "../../protocol/scope.ts"
import type { ClientCredentialsTokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import { createIdentifier } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { issueOnce, type SingleTokenGrant } from "./issue-once.ts"

/**
 * Issues an access token to a client that acts for itself, without a person (RFC 6749 §4.4, MCP SEP-1046).
 * Only the operator can allow that, for clients that they configured. Of the scopes that it asks for, it
 * gets those that it may have.
 *
 * @throws {OAuthError} `unauthorized_client` or `invalid_target` if the client may not; `invalid_scope` for
 * a scope that the resource does not have.
 */
export async function issueToClient(
  input: { request: ClientCredentialsTokenRequest; client: Client; jkt: string | undefined },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client, jkt } = input
  const allowed = deps.settings.clientCredentials.get(client.id)
  if (!allowed || client.authenticationMethod === "none") throw notAllowed()
  const [only, another] = allowed.resources
  const absent = another === undefined ? only : undefined
  const resource = chooseResource(request.resources, allowed.resources, absent)
  const found = deps.settings.resources.find((known) => known.resource === resource)
  // Clients ask for all scopes of the resource, as its metadata lists them (RFC 6749 §3.3).
  const scopes = chooseScopes(request.scope, found?.scopes ?? []).filter((scope) =>
    allowed.scopes.includes(scope),
  )
  const { id: clientId, name } = client
  const grant: SingleTokenGrant = {
    userId: clientId,
    principal: "app",
    clientId,
    ...(name === undefined ? {} : { clientName: name }),
    identity: {
      issuer: deps.settings.issuer,
      subject: clientId,
      ...(name === undefined ? {} : { name }),
      roles: [],
      claims: {},
    },
    scopes,
    resource,
  }
  return issueOnce({ grantId: createIdentifier(), grant, jkt }, deps)
}

const notAllowed = () =>
  new OAuthError(
    "unauthorized_client",
    "grant_type_not_allowed",
    "This client may not get tokens without a person. Ask the operator of this server to allow it.",
  )
