import {
  addProblem,
  customOption,
  despiteOtherProblems,
  functionOption,
  isSecureUrl,
  type OptionFields,
  objectOption,
  secretOption,
} from "@doorward/boundary"
import { z } from "zod"
import type {
  Lifetimes,
  Limiter,
  OAuthProxyOptions,
  RegistrationToken,
  ResourceServer,
  ResourceServerCredential,
  StaticClient,
} from "./options.ts"
import type { IdentityProvider } from "./ports/identity-provider.ts"
import type { Store } from "./ports/store.ts"
import { checkRedirectUri } from "./protocol/redirect-uri.ts"
import { withoutOidcScopes } from "./protocol/scope.ts"
import { digestInHash } from "./tokens/client-secret-hash.ts"

const credentialMinLength = 32

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

const credential = z
  .string()
  .min(credentialMinLength, `must have at least ${credentialMinLength} characters`)

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

const redirectUri = z.string().superRefine((uri, context) => {
  try {
    checkRedirectUri(uri)
  } catch (error) {
    context.addIssue({ code: "custom", message: `is wrong: ${(error as Error).message}` })
  }
})

const isHash = (value: unknown) => digestInHash(value) !== undefined

const clientSecretHash = z
  .custom<string | readonly string[]>()
  .refine((value) => !Array.isArray(value) || (value.length > 0 && value.length <= 2), {
    error: "must have one or two hashes; remove those of the secrets that are no longer used",
    abort: true,
  })
  .refine(
    (value) => [value].flat().every(isHash),
    'must be "sha256:" and 43 characters; make it with `doorward clients add` or newClientSecret()',
  )

const staticClient = z
  .strictObject({
    clientId: z.string().min(1, "must not be empty"),
    clientSecret: credential.optional(),
    clientSecretHash: clientSecretHash.optional(),
    clientName: z.string().optional(),
    redirectUris: z.array(redirectUri).min(1, "must have at least one entry"),
    jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).optional(),
  } satisfies OptionFields<StaticClient>)
  .refine(({ clientSecret, jwks }) => clientSecret === undefined || jwks === undefined, {
    path: ["jwks"],
    error: "cannot be combined with clientSecret",
  })
  .refine(({ clientSecretHash, jwks }) => clientSecretHash === undefined || jwks === undefined, {
    path: ["jwks"],
    error: "cannot be combined with clientSecretHash",
  })
  .refine(
    ({ clientSecret, clientSecretHash }) =>
      clientSecret === undefined || clientSecretHash === undefined,
    {
      path: ["clientSecretHash"],
      error: "cannot be combined with clientSecret; keep the hash and remove clientSecret",
    },
  )

const lifetime = z.number().min(1, "must be a number of seconds, at least 1").optional()

const fields = {
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
  onSignIn: callback<OAuthProxyOptions["onSignIn"]>(),
  onRegister: callback<OAuthProxyOptions["onRegister"]>(),
  onEvent: callback<OAuthProxyOptions["onEvent"]>(),
  now: callback<OAuthProxyOptions["now"]>(),
  sleep: callback<OAuthProxyOptions["sleep"]>(),
} satisfies OptionFields<OAuthProxyOptions>

type Fields = z.output<z.ZodObject<typeof fields>>

/** The options of `oauthProxy`. */
export const optionsSchema = z
  .strictObject(fields)
  .superRefine(checkResources, despiteOtherProblems)

/**
 * Checks options that refer to each other's scopes and resources. Each of them may be wrong by itself.
 */
function checkResources(
  { provider, scopes, resources, resourceServers, baseUrl }: Partial<Fields>,
  context: z.core.$RefinementCtx,
): void {
  const known = new Set([...listOf(provider?.scopes), ...Object.keys(scopes ?? {})])
  for (const [index, resource] of listOf(resources).entries()) {
    for (const [at, scope] of withoutOidcScopes(listOf(resource?.scopes)).entries()) {
      if (known.has(scope)) continue
      addProblem(
        context,
        ["resources", index, "scopes", at],
        (name) =>
          `names the scope ${scope}, which is neither one of the provider's nor in ${name("scopes")}`,
      )
    }
  }
  const urls = resources
    ? listOf(resources).map((one) => one?.resource)
    : [defaultResource(baseUrl)]
  for (const [index, server] of listOf(resourceServers).entries()) {
    if (server?.resource === undefined || urls.includes(server.resource)) continue
    addProblem(
      context,
      ["resourceServers", index, "resource"],
      (name) => `must be one of ${name("resources")}`,
    )
  }
}

const listOf = <T>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value : []

/** The issuer has no trailing slash, because clients compare issuers as text. */
export const issuerOf = (baseUrl: string): string => new URL(baseUrl).href.replace(/\/+$/, "")

const defaultResource = (baseUrl: string | undefined) =>
  baseUrl !== undefined && URL.canParse(baseUrl) ? `${issuerOf(baseUrl)}/mcp` : undefined
