import { IdentityProviderError } from "@doorward/oauth-core"
import { upstreamFetch } from "@doorward/upstream-client"
import { z } from "zod"
import type { EntraCalls } from "../entra-calls.ts"

/** Which managed identity of the machine is used, and where it is asked for. */
export interface ManagedIdentityOptions {
  /** The client ID of a user-assigned identity. Default: the system-assigned identity. */
  clientId?: string | undefined
  /**
   * App Service's `IDENTITY_ENDPOINT`, a URL. Default: the metadata service of the virtual machine,
   * `http://169.254.169.254`.
   */
  identityEndpoint?: string | undefined
  /** App Service's `IDENTITY_HEADER`, which its endpoint requires. Default: none. */
  identityHeader?: string | undefined
}

const metadataService = "http://169.254.169.254/metadata/identity/oauth2/token"
/** How long before its expiry a token is replaced, in milliseconds. */
const margin = 5 * 60_000

const tokenSchema = z.object({
  access_token: z.string().min(1),
  /** Seconds since the epoch; both services send it as text. */
  expires_on: z.coerce.number(),
})

/** Returns a managed identity's own token for use as a client assertion; kept until it is about to expire. */
export function managedIdentityAssertion(
  identity: true | ManagedIdentityOptions,
  audience: string,
  calls: EntraCalls,
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
  { clientId, identityEndpoint, identityHeader }: ManagedIdentityOptions,
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

async function fetchToken(request: TokenRequest, calls: EntraCalls) {
  const response = await upstreamFetch(request.url, { headers: request.headers }, calls)
  const text = await response.text()
  const token = response.status === 200 ? tokenOf(text) : undefined
  if (!token) {
    throw new IdentityProviderError(
      "operator",
      "no_managed_identity",
      `This machine does not have the managed identity. Assign it to the machine and compare ${calls.optionName("managedIdentity.clientId")}.`,
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
