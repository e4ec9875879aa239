import { isGuid } from "@doorward/boundary"
import {
  type UpstreamClient,
  type UpstreamClientOptions,
  upstreamClient,
} from "@doorward/upstream-client"
import { explainEntraRefusal } from "./aadsts/entra-refusal.ts"
import type { AzureSettings } from "./azure-settings.ts"
import { clientAuthentication } from "./credentials/client-authentication.ts"

/** This application as a client of its tenant, with its credential. */
export function entraClient(
  settings: AzureSettings,
  idTokens: Pick<UpstreamClientOptions, "expectedIssuer"> = {},
): UpstreamClient {
  const { fetch, now, timeoutMilliseconds, optionName } = settings
  const { authority, clientId } = settings.registration
  const calls = { fetch, now, timeoutMilliseconds, optionName }
  return upstreamClient({
    fetch,
    now,
    timeoutMilliseconds,
    ...idTokens,
    server: authority.server,
    clientId,
    authentication: clientAuthentication(settings, authority.cloud, calls),
    checkCallbackIssuer: isGuid(authority.tenant),
    explain: (refusal) => explainEntraRefusal(refusal, optionName),
  })
}
