import type { OptionFields } from "@doorward/boundary"
import { z } from "zod"
import { guid } from "./schema-parts.ts"

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
} satisfies OptionFields<ManagedIdentityInput>)

export type ManagedIdentity = z.infer<typeof managedIdentitySchema>
