import { IdentityProviderError } from "@doorward/oauth-core"
import { type AuthorizationServer, processDiscoveryResponse } from "oauth4webapi"
import { secureUrl, shared, type UpstreamFetchOptions, upstreamFetch } from "./upstream/index.ts"

/** Milliseconds for which metadata is taken as it is. */
const goodFor = 60 * 60_000
/** Milliseconds until metadata that could not be fetched anew is tried again. */
const retryAfter = 60_000

const needed = ["authorization_endpoint", "token_endpoint", "jwks_uri"] as const
const used = [...needed, "userinfo_endpoint", "revocation_endpoint"] as const

/**
 * The metadata of an OpenID provider (OpenID Connect Discovery 1.0 §4), fetched when it is first needed
 * and once an hour. While the provider does not answer, the metadata fetched last stays good.
 */
export function discovery(
  issuer: string,
  calls: UpstreamFetchOptions & { now: () => number },
): () => Promise<AuthorizationServer> {
  let held: { server: AuthorizationServer; until: number } | undefined

  const fetchAnew = shared(async (): Promise<AuthorizationServer> => {
    try {
      const server = await fetchMetadata(issuer, calls)
      held = { server, until: calls.now() + goodFor }
      return server
    } catch (error) {
      if (!held) throw error
      held.until = calls.now() + retryAfter
      return held.server
    }
  })

  return async () => {
    return held && calls.now() < held.until ? held.server : fetchAnew()
  }
}

async function fetchMetadata(
  issuer: string,
  calls: UpstreamFetchOptions,
): Promise<AuthorizationServer> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`
  const response = await upstreamFetch(url, { headers: { accept: "application/json" } }, calls)
  const server = await processDiscoveryResponse(new URL(issuer), response).catch(
    (error: unknown) => {
      throw unusable(
        "The provider's metadata can't be used. Compare the issuer option with its documentation.",
        error,
      )
    },
  )
  for (const name of needed) {
    if (server[name] === undefined) throw unusable(`The provider's metadata has no ${name}.`)
  }
  for (const name of used) {
    if (secureUrl.optional().safeParse(server[name]).success) continue
    throw unusable(`The provider's metadata has a ${name} that is no https URL.`)
  }
  return server
}

function unusable(message: string, error?: unknown): IdentityProviderError {
  return new IdentityProviderError("operator", "unusable_metadata", message, {
    cause: error instanceof Error ? new Error(error.message) : undefined,
  })
}
