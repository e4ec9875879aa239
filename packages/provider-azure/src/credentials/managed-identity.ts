import { IdentityProviderError } from "@doorward/oauth-core"
import { type UpstreamFetchOptions, upstreamFetch } from "@doorward/provider-oidc/upstream"
import { z } from "zod"
import type { CredentialOptions } from "./credential-options.ts"

type ManagedIdentity = NonNullable<CredentialOptions["managedIdentity"]>

const metadataService = "http://169.254.169.254/metadata/identity/oauth2/token"
/** Milliseconds before its expiry that a token is fetched anew. */
const margin = 5 * 60_000

const tokenSchema = z.object({
  access_token: z.string().min(1),
  /** Seconds since the epoch, as text on both services. */
  expires_on: z.coerce.number(),
})

/** A managed identity's own token, to serve as a client assertion; kept until it is about to expire. */
export function managedIdentityAssertion(
  identity: ManagedIdentity,
  audience: string,
  calls: UpstreamFetchOptions & { now: () => number },
): () => Promise<string> {
  const request = tokenRequest(identity === true ? {} : identity, audience)
  let last: { assertion: string; expiresAt: number } | undefined
  return async () => {
    if (!last || last.expiresAt - margin <= calls.now()) last = await fetchToken(request, calls)
    return last.assertion
  }
}

interface TokenRequest {
  url: string
  headers: Record<string, string>
}

function tokenRequest(
  { clientId, identityEndpoint, identityHeader }: Exclude<ManagedIdentity, true>,
  audience: string,
): TokenRequest {
  const url = new URL(identityEndpoint ?? metadataService)
  url.searchParams.set("api-version", identityEndpoint ? "2019-08-01" : "2018-02-01")
  url.searchParams.set("resource", audience)
  if (clientId !== undefined) url.searchParams.set("client_id", clientId)
  const headers: Record<string, string> = identityEndpoint
    ? { "x-identity-header": identityHeader ?? "" }
    : { metadata: "true" }
  return { url: url.href, headers }
}

async function fetchToken(request: TokenRequest, calls: UpstreamFetchOptions) {
  const response = await upstreamFetch(request.url, { headers: request.headers }, calls)
  const text = await response.text()
  const token = response.status === 200 ? tokenOf(text) : undefined
  if (!token) {
    throw new IdentityProviderError(
      "operator",
      "no_managed_identity",
      "The machine has no such managed identity. Assign one to it and compare managedIdentity.clientId.",
      { cause: new Error(`HTTP ${response.status}`) },
    )
  }
  return { assertion: token.access_token, expiresAt: token.expires_on * 1000 }
}

function tokenOf(text: string): z.output<typeof tokenSchema> | undefined {
  try {
    return tokenSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
