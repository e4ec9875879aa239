import {
  TokenError,
  type TokenErrorCode,
  type TokenVerifier,
  type VerifiedToken,
} from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"

/** Says what to do about a token of the provider's own that was refused; `undefined` if there is nothing to add. */
export type FixOf = (code: TokenErrorCode) => string | undefined

const setClock = "Set the clock of this server."

/**
 * Verifies a token that the provider has just issued.
 *
 * @throws {IdentityProviderError} `unavailable` if the token could not be checked, otherwise `operator`:
 * a provider whose fresh token does not pass is not the one that was configured.
 */
export async function verifyIssued(
  verifier: TokenVerifier,
  token: string,
  what: "id_token" | "access_token",
  fixOf: FixOf = () => undefined,
): Promise<VerifiedToken> {
  try {
    return await verifier.verify(token)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    if (error.status === 503) {
      throw new IdentityProviderError(
        "unavailable",
        error.code,
        "The identity provider's tokens can't be checked at the moment.",
        { cause: error },
      )
    }
    const isClock = error.code === "expired" || error.code === "not_yet_valid"
    const fix = isClock ? setClock : (fixOf(error.code) ?? "The reason is in this server's log.")
    throw new IdentityProviderError(
      "operator",
      `${what}_${error.code}`,
      `The identity provider's ${what} can't be accepted. ${fix}`,
      { cause: error },
    )
  }
}
