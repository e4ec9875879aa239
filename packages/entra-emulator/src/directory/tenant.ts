import type { OptionFields } from "@doorward/boundary"
import { z } from "zod"
import { guid } from "./schema-parts.ts"

/** A tenant: the directory of one organization. */
export interface TenantInput {
  /** The tenant id, a GUID. */
  id: string
  /** Verified domains, such as `contoso.example`. The first is the default domain. */
  domains: readonly [string, ...string[]]
  /** The organization's name, as pages and errors show it. */
  name: string
  /** Whether users who are not administrators may consent for themselves. Default: true. */
  userConsent?: boolean | undefined
  /**
   * Whether an application that requests a token for its own API must name itself by GUID
   * (`<clientId>/<scope>`), as some tenants require. Default: false.
   */
  selfByGuidOnly?: boolean | undefined
}

export const tenantSchema = z.strictObject({
  id: guid,
  domains: z.tuple([z.string().toLowerCase()], z.string().toLowerCase(), {
    error: ({ input }) =>
      input === undefined ? undefined : "must be a list of at least one domain",
  }),
  name: z.string(),
  userConsent: z.boolean().default(true),
  selfByGuidOnly: z.boolean().default(false),
} satisfies OptionFields<TenantInput>)

export type Tenant = z.infer<typeof tenantSchema>
