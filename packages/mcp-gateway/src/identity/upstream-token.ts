import type { AuthInfo } from "@doorward/mcp-server"
import { BackendError } from "../backend.ts"

/**
 * A token of the identity provider on behalf of the caller.
 *
 * @throws {BackendError} if there is none. If the provider asks for claims, the guard turns the answer
 * into a 401 that asks for them.
 */
export async function upstreamTokenFor(
  { extra }: AuthInfo,
  scopes: readonly string[],
): Promise<string> {
  const { upstreamToken } = extra
  if (!upstreamToken) {
    throw new BackendError(
      "upstream_token",
      "the caller did not sign in through a proxy, so there is no upstream token",
    )
  }
  let accessToken: string
  try {
    accessToken = (await upstreamToken(scopes)).accessToken
  } catch (error) {
    const failure = isPassing(error) ? "upstream_unavailable" : "upstream_token"
    throw new BackendError(failure, "the provider gave no token", { cause: error })
  }
  if (/^[\x21-\x7e]+$/.test(accessToken)) return accessToken
  throw new BackendError("upstream_token", "the provider's token does not fit into a header")
}

/** Whether a later try may succeed: the provider is away, or what is between us and it. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== "IdentityProviderError") return true
  return "failure" in error && error.failure === "unavailable"
}
