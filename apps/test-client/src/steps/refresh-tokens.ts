import { processRefreshTokenResponse, refreshTokenGrantRequest } from "oauth4webapi"
import type { ClientInformation } from "../protocol/metadata.ts"
import { type Run, Skip } from "../step.ts"
import type { UsableServer } from "./discover-server.ts"
import {
  askForTokens,
  asServer,
  clientAuthentication,
  type Tokens,
  tokenRequestOptions,
} from "./token-client.ts"

/** Uses the refresh token (OAuth 2.1 §4.3). */
export async function refreshTokens(
  run: Run,
  tokens: Tokens,
  server: UsableServer,
  client: ClientInformation,
  resource: string,
): Promise<Tokens> {
  const { refreshToken } = tokens
  if (!refreshToken) throw new Skip("The server issued no refresh token.")
  const as = asServer(server)
  const { client_id } = client
  const fresh = await askForTokens(
    run,
    () =>
      refreshTokenGrantRequest(
        as,
        { client_id },
        clientAuthentication(client, server),
        refreshToken,
        tokenRequestOptions(run, resource),
      ),
    (response) => processRefreshTokenResponse(as, { client_id }, response),
  )
  const before = tokens.scope?.split(" ")
  const added = fresh.scope?.split(" ").filter((scope) => before && !before.includes(scope)) ?? []
  run.check("scope-not-widened", added.length === 0, `new: ${added.join(" ")}`)
  if (!client.client_secret) {
    const rotated = fresh.refreshToken !== undefined && fresh.refreshToken !== refreshToken
    run.check("refresh-rotated", rotated, "it is still the same")
  }
  return {
    accessToken: fresh.accessToken,
    refreshToken: fresh.refreshToken ?? refreshToken,
    scope: fresh.scope ?? tokens.scope,
  }
}
