import type { ManagedIdentity } from "../directory/managed-identity.ts"
import { signV2 } from "../keys/jwt.ts"
import { type Emulation, issuerOf } from "../state/emulation.ts"
import { newUti, opaque, validity } from "./access-token.ts"

/** In seconds. */
const lifetime = 86_400

/** A refusal by the metadata service, whose error body differs from the token endpoint's. */
export class ManagedIdentityError extends Error {
  override readonly name = "ManagedIdentityError"
}

/**
 * Issues a token to a managed identity, as IMDS and App Service do: for any resource, without a secret.
 *
 * @throws {ManagedIdentityError} if there is no such identity, or no resource is named.
 */
export async function managedIdentityToken(
  emulation: Emulation,
  resource: string | undefined,
  clientId: string | undefined,
) {
  if (!resource) throw new ManagedIdentityError("Missing required parameter: resource")
  const { managedIdentities } = emulation.directory
  const identity = managedIdentities.find(
    (candidate) => clientId === undefined || candidate.clientId === clientId.toLowerCase(),
  )
  if (!identity) throw new ManagedIdentityError("Identity not found")
  const times = validity(emulation, lifetime)
  return {
    access_token: await sign(emulation, identity, resource, times),
    client_id: identity.clientId,
    expires_in: String(lifetime - 1),
    expires_on: String(times.exp),
    ext_expires_in: String(lifetime - 1),
    not_before: String(times.nbf),
    resource,
    token_type: "Bearer",
  }
}

async function sign(
  emulation: Emulation,
  { clientId, id, tenantId }: ManagedIdentity,
  resource: string,
  times: ReturnType<typeof validity>,
): Promise<string> {
  return signV2(await emulation.keys.active(), {
    aud: emulation.directory.resource(resource)?.clientId ?? resource,
    iss: issuerOf(emulation, tenantId),
    ...times,
    aio: opaque(),
    azp: clientId,
    azpacr: "2",
    idtyp: "app",
    oid: id,
    rh: opaque(),
    sub: id,
    tid: tenantId,
    uti: newUti(),
    ver: "2.0",
  })
}
