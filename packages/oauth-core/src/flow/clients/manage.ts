import { OAuthError } from "../../ports/errors.ts"
import { type RegisteredClient, registeredClients } from "../../records/client.ts"
import { matchesDigest } from "../../tokens/digest.ts"
import type { Deps } from "../deps.ts"
import { type ClientInformation, clientInformation } from "./register.ts"

interface ManagementRequest {
  clientId: string
  registrationToken: string | undefined
}

/**
 * Reads a registration (RFC 7592 §2.1). The answer has no secret, because only its digest is stored.
 *
 * @throws {OAuthError} `invalid_token`
 */
export async function readRegistration(
  request: ManagementRequest,
  deps: Deps,
): Promise<ClientInformation> {
  const { record, registrationToken } = await findRegistration(request, deps)
  return clientInformation(request.clientId, record, deps, { registrationToken })
}

/**
 * Deletes a registration (RFC 7592 §2.3). The client's grants end with it, because a grant whose client
 * is gone is not valid.
 *
 * @throws {OAuthError} `invalid_token`
 */
export async function deleteRegistration(request: ManagementRequest, deps: Deps): Promise<void> {
  await findRegistration(request, deps)
  await deps.records.delete(registeredClients, request.clientId)
  deps.emit({ type: "client.deleted", clientId: request.clientId })
}

async function findRegistration(
  { clientId, registrationToken }: ManagementRequest,
  deps: Deps,
): Promise<{ record: RegisteredClient; registrationToken: string }> {
  const found = await deps.records.get(registeredClients, clientId)
  if (
    found &&
    registrationToken !== undefined &&
    (await matchesDigest(registrationToken, found.value.registrationTokenDigest))
  ) {
    return { record: found.value, registrationToken }
  }
  // The error doesn't reveal whether the client exists (RFC 7592 §2).
  throw new OAuthError(
    "invalid_token",
    "registration_token_wrong",
    "Send the registration_access_token of this client as a bearer token.",
  )
}
