import { addProblem, ConfigurationError } from "@doorward/boundary"
import type { z } from "zod"
import { idJagVerifier } from "./access-tokens/id-jag-verifier.ts"
import type { CheckedFields } from "./option-fields.ts"
import { withoutOidcScopes } from "./protocol/scope.ts"

/** Options any of which may be missing, because it is wrong by itself. */
type Unchecked = Partial<CheckedFields>

/**
 * Checks options that refer to each other's scopes and resources. Each of them may be wrong by itself.
 */
export function checkResources(
  { provider, scopes, resources, resourceServers, baseUrl }: Unchecked,
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
export function checkPrograms(options: Unchecked, context: z.core.$RefinementCtx): void {
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

/** A user code is short: only a limit on attempts keeps anybody from guessing one (RFC 8628 §5.1). */
export function checkDevices(options: Unchecked, context: z.core.$RefinementCtx): void {
  if (!options.deviceAuthorization || (options.limiter && options.clientAddress)) return
  addProblem(
    context,
    ["deviceAuthorization"],
    (name) => `needs ${name("limiter")} and ${name("clientAddress")}, so that nobody can try codes`,
  )
}

/** Checks each issuer of assertions as its verifier does. */
export function checkIssuers(
  { identityAssertionIssuers, baseUrl }: Unchecked,
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
  resources?: Unchecked["resources"] | undefined
  baseUrl?: string | undefined
}): readonly (string | undefined)[] =>
  resources ? listOf(resources).map((one) => one?.resource) : [defaultResource(baseUrl)]

const listOf = <T>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value : []

/** The issuer has no trailing slash, because clients compare issuers as text. */
export const issuerOf = (baseUrl: string): string => new URL(baseUrl).href.replace(/\/+$/, "")

const defaultResource = (baseUrl: string | undefined) =>
  baseUrl !== undefined && URL.canParse(baseUrl) ? `${issuerOf(baseUrl)}/mcp` : undefined
