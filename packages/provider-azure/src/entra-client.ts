import {
  type UpstreamClient,
  type UpstreamClientOptions,
  upstreamClient,
} from "@doorward/provider-oidc/upstream"
import type { AzureSettings } from "./azure-options.ts"
import { clientAuthentication } from "./credentials/client-authentication.ts"
import { explainEntraRefusal } from "./entra-error.ts"
import { isGuid } from "./tenants.ts"

/** This application as a client of its tenant, with its credential. */
export function entraClient(
  settings: AzureSettings,
  idTokens: Pick<UpstreamClientOptions, "expectedIssuer"> = {},
): UpstreamClient {
  const { fetch, now, timeout } = settings
  const { authority, clientId } = settings.registration
  const calls = { fetch, now, timeout }
  return upstreamClient({
    ...calls,
    ...idTokens,
    server: authority.server,
    clientId,
    authentication: clientAuthentication(settings, authority.cloud, calls),
    checkCallbackIssuer: isGuid(authority.tenant),
    explain: explainEntraRefusal,
  })
}
