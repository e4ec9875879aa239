import { TokenError } from "@doorward/jwt-verifier"
import type { Context } from "hono"
import { AuthorizationError, OAuthError } from "../ports/errors.ts"
import { IdentityProviderError } from "../ports/identity-provider.ts"
import { StoreUnavailableError } from "../ports/store.ts"
import { UnreadableValueError } from "../tokens/seal.ts"
import type { HttpContext } from "./context.ts"

const clientVariable = "doorward.clientId"

/** Sets which client the request comes from, for events. */
export const nameClient = (c: Context, clientId: string): void => c.set(clientVariable, clientId)

/**
 * Emits the event of a refused request, and turns whatever was thrown into an error that is safe to
 * send.
 */
export function report(c: Context, error: unknown, { deps }: HttpContext): OAuthError {
  const refused = asRefusal(error)
  const { cause, userId } = refused
  const upstream = cause instanceof IdentityProviderError ? cause.reason : undefined
  const detail = refused.detail ?? upstream
  const named: string | undefined = c.get(clientVariable)
  const clientId = refused instanceof AuthorizationError ? refused.target.clientId : named
  deps.emit({
    type: "request.refused",
    endpoint: c.req.path,
    reason: refused.reason,
    ...(detail === undefined ? {} : { detail }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(userId === undefined ? {} : { userId }),
    ...(cause === undefined ? {} : { error: cause }),
  })
  return refused
}

function asRefusal(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  const temporary = { cause: error, retryAfter: 5 }
  if (error instanceof StoreUnavailableError) {
    return new OAuthError(
      "temporarily_unavailable",
      "store_unavailable",
      "The server cannot reach its storage right now. Try again in a moment.",
      temporary,
    )
  }
  if (error instanceof UnreadableValueError) {
    return new OAuthError(
      "temporarily_unavailable",
      "record_unreadable",
      "The server cannot read its stored data. Its operator must check the configured secret.",
      temporary,
    )
  }
  if (error instanceof TokenError) {
    return new OAuthError("temporarily_unavailable", "store_unavailable", error.message, temporary)
  }
  return new OAuthError(
    "server_error",
    "internal_error",
    "Something went wrong on the server. Try again later.",
    {
      cause: error,
    },
  )
}
