import {
  addProblem,
  ConfigurationError,
  customOption,
  despiteOtherProblems,
  functionOption,
  isSecureUrl,
  type OptionFields,
  objectOption,
  secretOption,
} from "@doorward/boundary"
import { z } from "zod"
import { idJagVerifier } from "./access-tokens/id-jag-verifier.ts"
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
import { withoutOidcScopes } from "./protocol/scope.ts"

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
  identityAssertionIssuers: z.array(identityAssertionIssuer).optional(),
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
  .superRefine(checkPrograms, despiteOtherProblems)
  .superRefine(checkIssuers, despiteOtherProblems)

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
  const urls = urlsOf({ resources, baseUrl })
  for (const [index, server] of listOf(resourceServers).entries()) {
    if (server?.resource === undefined || urls.includes(server.resource)) continue
    addProblem(
      context,
      ["resourceServers", index, "resource"],
      (name) => `must be one of ${name("resources")}`,
    )
  }
}

/** Checks what clients may get without a browser: it must exist. */
function checkPrograms(options: Partial<Fields>, context: z.core.$RefinementCtx): void {
  const { provider, scopes, clients } = options
  const known = [...listOf(provider?.scopes), ...Object.keys(scopes ?? {})]
  const urls = urlsOf(options)
  for (const [index, client] of listOf(clients).entries()) {
    for (const grant of ["clientCredentials", "tokenExchange"] as const) {
      const place = ["clients", index, grant]
      for (const [at, resource] of listOf(client?.[grant]?.resources).entries()) {
        if (urls.includes(resource)) continue
        addProblem(
          context,
          [...place, "resources", at],
          (name) => `must be one of ${name("resources")}`,
        )
      }
      for (const [at, scope] of listOf(client?.[grant]?.scopes).entries()) {
        if (known.includes(scope)) continue
        addProblem(
          context,
          [...place, "scopes", at],
          (name) =>
            `names the scope ${scope}, which is neither one of the provider's nor in ${name("scopes")}`,
        )
      }
    }
  }
}

/** Checks each issuer of assertions as its verifier does. */
function checkIssuers(
  { identityAssertionIssuers, baseUrl }: Partial<Fields>,
  context: z.core.$RefinementCtx,
): void {
  const issuers = listOf(identityAssertionIssuers)
  for (const [index, given] of issuers.entries()) {
    const place = ["identityAssertionIssuers", index]
    const report = (path: readonly string[], message: string) =>
      addProblem(context, [...place, ...path], () => message)
    if (issuers.findIndex(({ issuer }) => issuer === given.issuer) < index) {
      report(["issuer"], "is there twice")
    }
    if (baseUrl !== undefined && URL.canParse(baseUrl) && issuerOf(baseUrl) === given.issuer) {
      report(["issuer"], "is this server itself, which cannot assert to itself who somebody is")
    }
    try {
      idJagVerifier([given], { audience: "checked", now: Date.now })
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      for (const { option, message } of error.problems) report(option.split("."), message)
    }
  }
}

/** The URLs of the resources, of which one that is wrong by itself may be `undefined`. */
const urlsOf = ({
  resources,
  baseUrl,
}: {
  resources?: Fields["resources"]
  baseUrl?: string | undefined
}): readonly (string | undefined)[] =>
  resources ? listOf(resources).map((one) => one?.resource) : [defaultResource(baseUrl)]

const listOf = <T>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value : []

/** The issuer has no trailing slash, because clients compare issuers as text. */
export const issuerOf = (baseUrl: string): string => new URL(baseUrl).href.replace(/\/+$/, "")

const defaultResource = (baseUrl: string | undefined) =>
  baseUrl !== undefined && URL.canParse(baseUrl) ? `${issuerOf(baseUrl)}/mcp` : undefined
