import { IdentityProviderError } from "@doorward/oauth-core"
import {
  secureUrl,
  shared,
  type UpstreamFetchOptions,
  upstreamFetch,
} from "@doorward/upstream-client"
import { type AuthorizationServer, processDiscoveryResponse } from "oauth4webapi"

/** How long metadata is used before it is fetched again, in milliseconds. */
const freshFor = 60 * 60_000
/** How long to wait after a failed fetch before the next attempt, in milliseconds. */
const retryAfter = 60_000

const needed = ["authorization_endpoint", "token_endpoint", "jwks_uri"] as const
const used = [...needed, "userinfo_endpoint", "revocation_endpoint"] as const

/**
 * The metadata of an OpenID provider (OpenID Connect Discovery 1.0 §4), fetched when it is first needed
 * and again after an hour. While the provider does not answer, the last copy stays in use.
 */
export function discovery(
  issuer: string,
  calls: UpstreamFetchOptions & { now: () => number },
): () => Promise<AuthorizationServer> {
  let held: { server: AuthorizationServer; until: number } | undefined

  const fetchAgain = shared(async (): Promise<AuthorizationServer> => {
    try {
      const server = await fetchMetadata(issuer, calls)
      held = { server, until: calls.now() + freshFor }
      return server
    } catch (error) {
      if (!held) throw error
      held.until = calls.now() + retryAfter
      return held.server
    }
  })

  return async () => {
    return held && calls.now() < held.until ? held.server : fetchAgain()
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
        "The provider's metadata can't be used. Compare the issuer option with the provider's documentation.",
        error,
      )
    },
  )
  for (const name of needed) {
    if (server[name] === undefined) throw unusable(`The provider's metadata has no ${name}.`)
  }
  for (const name of used) {
    if (secureUrl.optional().safeParse(server[name]).success) continue
    throw unusable(`The provider's metadata has a ${name} that is not an https URL.`)
  }
  return server
}

function unusable(message: string, error?: unknown): IdentityProviderError {
  return new IdentityProviderError("operator", "unusable_metadata", message, {
    cause: error instanceof Error ? new Error(error.message) : undefined,
  })
}
