import { z } from "zod"
import type { RecordKind, Stored } from "./record-store.ts"
import { identitySchema, upstreamTokenSchema, upstreamTokensSchema } from "./sign-in.ts"

const refreshSchema = z.object({
  /** The number of the current refresh token. The previous one is valid for a grace period only. */
  counter: z.number(),
  key: z.string(),
  rotatedAt: z.number(),
})

const upstreamSchema = z.object({
  tokens: upstreamTokensSchema,
  /** Tokens for other resources, by the scopes that were requested. */
  others: z.record(z.string(), upstreamTokenSchema),
  scopes: z.array(z.string()),
  refreshedAt: z.number(),
  /** Who is calling upstream now. Nobody else may until the deadline. */
  lease: z.object({ owner: z.string(), until: z.number() }).optional(),
  /** A claims challenge (JSON text) that only a new sign-in can answer. */
  challenge: z.string().optional(),
})

/** What a client may do, and for whom. Handle: its id, the `gid` of its access tokens. */
const grantSchema = z.object({
  /** Its own handle, if no user's record lists it. */
  id: z.string().optional(),
  /** The `sub` of its access tokens: the person, or the client if it acts for itself. */
  userId: z.string(),
  /** Who stands behind it. Absent in a record that was made when there were only people. */
  principal: z.enum(["person", "app"]).default("person"),
  clientId: z.string(),
  clientName: z.string().optional(),
  identity: identitySchema,
  scopes: z.array(z.string()),
  resource: z.string(),
  createdAt: z.number(),
  /** The key of a public client, without which its refresh tokens do not work (RFC 9449 §5). */
  jkt: z.string().optional(),
  /** The grant of the token that it was exchanged for, with which it ends. */
  parentId: z.string().optional(),
  /** The clients that exchanged tokens on the way to it, the newest first. */
  actors: z.array(z.string()).optional(),
  /** Until when a refresh is refused, so that the client signs in for more scopes. Milliseconds. */
  stepUpUntil: z.number().optional(),
  /** Whether its code has been redeemed. Until then it lives only as long as the code. */
  active: z.boolean(),
  /** Absent if it is for a single access token, with which it ends. */
  refresh: refreshSchema.optional(),
  /** Absent if nobody signed in upstream for it. */
  upstream: upstreamSchema.optional(),
})
export type Grant = z.infer<typeof grantSchema>

export const grants: RecordKind<Grant> = { name: "grant", schema: grantSchema }

const signInGrantSchema = grantSchema.extend({ refresh: refreshSchema, upstream: upstreamSchema })
/** One sign-in of one person through one client: the grant is refreshed, here and upstream. */
export type SignInGrant = z.infer<typeof signInGrantSchema>

/** Grants that are known to be sign-ins. Any other record counts as unreadable. */
export const signInGrants: RecordKind<SignInGrant> = { ...grants, schema: signInGrantSchema }

/** Whether a stored grant is a sign-in. */
export const isSignIn = (stored: Stored<Grant> | undefined): stored is Stored<SignInGrant> =>
  stored?.value.refresh !== undefined && stored.value.upstream !== undefined
