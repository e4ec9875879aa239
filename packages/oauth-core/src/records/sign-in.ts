import { z } from "zod"
import type { Identity, SignIn, UpstreamToken, UpstreamTokens } from "../ports/identity-provider.ts"

/** Providers written in JavaScript may set a member to `undefined` instead of leaving it out. */
const withoutUndefined = (value: unknown) =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
    : value

export const identitySchema: z.ZodType<Identity> = z.preprocess(
  withoutUndefined,
  z.looseObject({
    issuer: z.string(),
    subject: z.string().min(1),
    name: z.string().exactOptional(),
    username: z.string().exactOptional(),
    email: z.string().exactOptional(),
    tenantId: z.string().exactOptional(),
    roles: z.array(z.string()).readonly(),
    groups: z.array(z.string()).readonly().exactOptional(),
    claims: z.record(z.string(), z.unknown()).readonly(),
  }),
)

const tokenFields = {
  accessToken: z.string(),
  expiresAt: z.number(),
  scopes: z.array(z.string()).readonly(),
}

export const upstreamTokenSchema: z.ZodType<UpstreamToken> = z.looseObject(tokenFields)

export const upstreamTokensSchema: z.ZodType<UpstreamTokens> = z.preprocess(
  withoutUndefined,
  z.looseObject({ ...tokenFields, refreshToken: z.string().exactOptional() }),
)

/** A provider's description of a sign-in, which is validated before any of it is stored. */
export const signInSchema = z.object({
  identity: identitySchema,
  tokens: upstreamTokensSchema,
  scopes: z.array(z.string()).readonly(),
}) satisfies z.ZodType<SignIn>

/** A provider's token for another resource, with the tokens of the sign-in as they are afterwards. */
export const otherTokenSchema = z.object({
  token: upstreamTokenSchema,
  tokens: upstreamTokensSchema,
})
