import {
  customOption,
  functionOption,
  isSecureUrl,
  type OptionFields,
  objectOption,
  secretOption,
} from "@doorward/boundary"
import { z } from "zod"
import { credential, staticClient } from "./client-options-schema.ts"
import type {
  IdentityAssertionIssuer,
  Lifetimes,
  Limiter,
  OAuthProxyOptions,
  RegistrationToken,
  ResourceServer,
  ResourceServerCredential,
} from "./options.ts"
import type { IdentityProvider } from "./ports/identity-provider.ts"
import type { Store } from "./ports/store.ts"

/** Whether a value has what is read of a provider before anybody signs in, and the methods that follow. */
function isProvider(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false
  const provider = value as Partial<IdentityProvider>
  return (
    typeof provider.name === "string" &&
    Array.isArray(provider.scopes) &&
    [provider.permissions, provider.authorizationUrl, provider.redeem, provider.refresh].every(
      (method) => typeof method === "function",
    )
  )
}

const callback = <T>() => functionOption<NonNullable<T>>().optional()

const baseUrl = z
  .string()
  .refine((text) => URL.canParse(text), { error: "must be a URL", abort: true })
  .refine(
    (text) => isSecureUrl(new URL(text)),
    "must be https, or http on localhost for development",
  )
  .refine((text) => {
    const { search, hash, username, password } = new URL(text)
    return !(search || hash || username || password)
  }, "must have no query, fragment or user information")

const resourceUrl = z.string().refine((text) => {
  const url = URL.parse(text)
  return url && !url.hash && /^https?:$/.test(url.protocol)
}, "must be an http(s) URL without a fragment")

/** What its verifier does not check itself: {@link checkIssuers}. */
const identityAssertionIssuer = z.strictObject({
  issuer: z.string().min(1, "must not be empty"),
  jwksUri: z.custom<IdentityAssertionIssuer["jwksUri"]>().optional(),
  jwks: z.custom<IdentityAssertionIssuer["jwks"]>().optional(),
  algorithms: z.custom<IdentityAssertionIssuer["algorithms"]>().optional(),
} satisfies OptionFields<IdentityAssertionIssuer>)

const lifetime = z.number().min(1, "must be a number of seconds, at least 1").optional()

/** The schema of each option. */
export const fields = {
  baseUrl,
  provider: customOption<IdentityProvider>(
    isProvider,
    "must be an IdentityProvider, such as azureProvider({ … })",
  ),
  store: objectOption<Store>(
    "must be a Store, such as sqliteStore(path)",
    "get",
    "put",
    "take",
    "swap",
    "delete",
  ),
  secret: secretOption,
  resources: z
    .array(
      z.strictObject({
        resource: resourceUrl,
        name: z.string().optional(),
        scopes: z.array(z.string()).optional(),
      } satisfies OptionFields<ResourceServer>),
    )
    .min(1, "must name at least one resource")
    .optional(),
  scopes: z.record(z.string(), z.string()).optional(),
  lifetimes: z
    .strictObject({
      accessToken: lifetime,
      grantIdle: lifetime,
      grant: lifetime,
    } satisfies OptionFields<Lifetimes>)
    .optional(),
  consent: z.enum(["always", "remember", "never"]).optional(),
  consentPage: callback<OAuthProxyOptions["consentPage"]>(),
  operator: z.string().optional(),
  documentation: z.string().optional(),
  clients: z.array(staticClient).optional(),
  registration: z
    .union([
      z.boolean(),
      z.strictObject({ accessToken: credential } satisfies OptionFields<RegistrationToken>),
    ])
    .optional(),
  fetchDocument: callback<OAuthProxyOptions["fetchDocument"]>(),
  clientMetadataHosts: z.array(z.string()).optional(),
  redirectUriPatterns: z
    .array(customOption<RegExp>((value) => value instanceof RegExp, "must be a regular expression"))
    .optional(),
  limiter: objectOption<Limiter>("must be a Limiter", "consume").optional(),
  clientAddress: callback<OAuthProxyOptions["clientAddress"]>(),
  resourceServers: z
    .array(
      z.strictObject({
        id: z.string().min(1, "must not be empty"),
        secret: credential,
        resource: z.string(),
      } satisfies OptionFields<ResourceServerCredential>),
    )
    .optional(),
  dpop: z.enum(["optional", "required"]).optional(),
  deviceAuthorization: z.boolean().optional(),
  identityAssertionIssuers: z.array(identityAssertionIssuer).optional(),
  onSignIn: callback<OAuthProxyOptions["onSignIn"]>(),
  onRegister: callback<OAuthProxyOptions["onRegister"]>(),
  onEvent: callback<OAuthProxyOptions["onEvent"]>(),
  now: callback<OAuthProxyOptions["now"]>(),
  sleep: callback<OAuthProxyOptions["sleep"]>(),
} satisfies OptionFields<OAuthProxyOptions>

/** The options, each checked by itself. */
export type CheckedFields = z.output<z.ZodObject<typeof fields>>
