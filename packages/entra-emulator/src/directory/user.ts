import type { OptionFields } from "@doorward/boundary"
import { z } from "zod"
import { guid } from "./schema-parts.ts"

/** A person who can sign in. */
export interface UserInput {
  /** The object id in the home tenant, a GUID. */
  id: string
  /** The home tenant, a GUID. */
  tenantId: string
  /** The user principal name, which is typed at sign-in. */
  username: string
  /** The display name. */
  name: string
  /** The email address. Default: none. */
  email?: string | undefined
  /** The job title, which Graph returns. Default: none. */
  jobTitle?: string | undefined
  /** Whether the user is an administrator of the home tenant. Default: false. */
  admin?: boolean | undefined
  /** Whether the account is disabled, so that sign-ins and refreshes fail. Default: false. */
  disabled?: boolean | undefined
  /** Whether the user has set up a second factor. Default: true. */
  mfaRegistered?: boolean | undefined
  /** Object ids of the security groups that the user is a member of. Default: none. */
  groups?: readonly string[] | undefined
  /** The user's app roles, by the client id of the application. Default: none. */
  roles?: Readonly<Record<string, readonly string[]>> | undefined
  /** Other tenants in which the user is a guest. Default: none. */
  guestIn?: readonly GuestInput[] | undefined
}

/** A user's guest account in another tenant. */
export interface GuestInput {
  /** The tenant that invited the user, a GUID. */
  tenantId: string
  /** The guest's object id in that tenant, a GUID. */
  id: string
}

export const userSchema = z.strictObject({
  id: guid,
  tenantId: guid,
  username: z.string().toLowerCase(),
  name: z.string(),
  email: z.string().optional(),
  jobTitle: z.string().optional(),
  admin: z.boolean().default(false),
  disabled: z.boolean().default(false),
  mfaRegistered: z.boolean().default(true),
  groups: z.array(guid).default([]),
  roles: z.record(guid, z.array(z.string())).default({}),
  guestIn: z
    .array(z.strictObject({ tenantId: guid, id: guid } satisfies OptionFields<GuestInput>))
    .default([]),
} satisfies OptionFields<UserInput>)

export type User = z.infer<typeof userSchema>
