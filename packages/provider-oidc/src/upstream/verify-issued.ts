import {
  TokenError,
  type TokenErrorCode,
  type TokenVerifier,
  type VerifiedToken,
} from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"

/** Says how a refused token of the provider's own is mended; `undefined` where the code says all. */
export type MendOf = (code: TokenErrorCode) => string | undefined

const clock = "Set the clock of this server."

/**
 * Verifies a token that the provider has just issued.
 *
 * @throws {IdentityProviderError} `unavailable` if it could not be checked, else `operator`: a provider
 * whose fresh token does not pass is not the one that was configured.
 */
export async function verifyIssued(
  verifier: TokenVerifier,
  token: string,
  what: "id_token" | "access_token",
  mendOf: MendOf = () => undefined,
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
    const early = error.code === "expired" || error.code === "not_yet_valid"
    const mend = early ? clock : (mendOf(error.code) ?? "The reason is in this server's log.")
    throw new IdentityProviderError(
      "operator",
      `${what}_${error.code}`,
      `The identity provider's ${what} can't be accepted. ${mend}`,
      { cause: error },
    )
  }
}
