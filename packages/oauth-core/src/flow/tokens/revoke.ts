import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import type { Parameters } from "../../protocol/parameters.ts"
import { grants, isSignIn } from "../../records/grant.ts"
import { isGenuine, parseRefreshToken } from "../../tokens/refresh-token.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "../grants/end-grants.ts"
import { readOwnToken } from "./own-token.ts"

/**
 * Revokes an access or refresh token (RFC 7009 §2). Either one ends the whole grant: access and refresh
 * tokens, here and upstream.
 *
 * A token that is unknown, malformed or expired is not an error, because there is nothing to revoke.
 *
 * @throws {OAuthError} `invalid_grant` for another client's token, which stays valid.
 */
export async function revokeToken(
  input: { client: Client; parameters: Parameters },
  deps: Deps,
): Promise<void> {
  const grantId = await grantOf(input.parameters.require("token"), deps)
  if (grantId === undefined) return
  const grant = await deps.records.get(grants, grantId)
  if (!grant) return
  if (grant.value.clientId !== input.client.id) {
    throw new OAuthError(
      "invalid_grant",
      "token_of_another_client",
      "The token was issued to another client.",
    )
  }
  await endGrant({ grantId, cause: "revoked_by_client" }, deps)
}

/**
 * The grant that one of our tokens belongs to. Its form shows which kind it is, so no hint is needed.
 */
async function grantOf(token: string, deps: Deps): Promise<string | undefined> {
  const refresh = parseRefreshToken(token)
  if (refresh) {
    const grant = await deps.records.get(grants, refresh.grantId)
    return isSignIn(grant) && (await isGenuine(grant.value.refresh.key, refresh))
      ? refresh.grantId
      : undefined
  }
  return (await readOwnToken(token, deps.ownTokens))?.grantId
}
