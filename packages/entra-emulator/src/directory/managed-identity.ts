import { z } from "zod"
import { guid, type SchemasOf } from "./schema-parts.ts"

/** A managed identity: a workload that gets tokens from IMDS or App Service without a secret. */
export interface ManagedIdentityInput {
  /** The client id, a GUID. */
  clientId: string
  /** The object id, a GUID. It is the `sub` and `oid` of the identity's tokens. */
  id: string
  /** The tenant of the identity, a GUID. */
  tenantId: string
}

export const managedIdentitySchema = z.strictObject({
  clientId: guid,
  id: guid,
  tenantId: guid,
} satisfies SchemasOf<ManagedIdentityInput>)

export type ManagedIdentity = z.infer<typeof managedIdentitySchema>
