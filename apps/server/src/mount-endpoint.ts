import type { Backend } from "@doorward/mcp-gateway"
import { protectMcp, type Refusal, type ServeMcp, type UnmatchedRule } from "@doorward/mcp-server"
import type { OAuthProxy } from "@doorward/oauth-core"
import type { Hono } from "hono"
import { defined } from "./configuration/defined.ts"
import type { Configuration } from "./configuration/read-configuration.ts"
import type { Endpoint } from "./endpoints.ts"
import type { Logger } from "./operations/log.ts"
import { otherIssuers } from "./other-issuers.ts"
import { fromSettings } from "./wrong-setting.ts"

/** What an endpoint is mounted on. */
export interface MountContext {
  app: Hono
  configuration: Configuration
  proxy: OAuthProxy
  /** The path of the server, without a slash at its end. */
  basePath: string
  log: Logger
}

/**
 * Mounts an endpoint behind the guard. The only one is also at the bare address, which people give to
 * clients too: it gets the challenge that leads to the sign-in.
 *
 * @throws {ConfigurationError} naming each setting.
 */
export function mountEndpoint(
  endpoint: Endpoint,
  serve: ServeMcp & Pick<Partial<Backend>, "serveOpen">,
  { app, configuration, proxy, basePath, log }: MountContext,
): void {
  const { resource, path, backend } = endpoint
  const {
    challengeScopes,
    requireScopes,
    open: methods,
    policy,
    maxBodyBytes,
  } = backend?.settings ?? {}
  const warned = new Set<string>()
  const origins = backend?.settings.allowedOrigins ?? configuration.allowedOrigins
  const options = defined({
    proxy,
    resource,
    serve,
    challengeScopes,
    requireScopes,
    open: methods && serve.serveOpen && { methods, serve: serve.serveOpen },
    policy,
    alsoAccept: otherIssuers(configuration, endpoint),
    maxBodyBytes,
    allowedOrigins: origins?.includes("*") ? ("*" as const) : origins,
    onRefusal: ({ cause: _, ...refusal }: Refusal) => log.info(refusal, "mcp.refused"),
    onUnmatchedRule({ rules, name }: UnmatchedRule) {
      const setting = `${endpoint.setting}.policy.${rules}.${name}`
      // The only endpoint has two addresses.
      if (warned.has(setting)) return
      warned.add(setting)
      log.warn({ setting: configuration.names.placeOf(setting), resource }, "policy.unmatched_rule")
    },
  })
  const isOnly = proxy.resources.length === 1
  const paths = [basePath + path, ...(isOnly ? [basePath || "/"] : [])]
  fromSettings(
    configuration,
    (option) => settingOf(option, endpoint),
    () => {
      for (const each of paths) protectMcp(app, { ...options, path: each })
    },
  )
}

/** The path of the setting that an option of the guard comes from. */
function settingOf(option: string, { setting, backend }: Endpoint): string {
  const isShared = option.startsWith("allowedOrigins") && !backend?.settings.allowedOrigins
  return isShared ? option : `${setting}.${option}`
}
