import type { Client } from "../../ports/client.ts"
import { AuthorizationError, OAuthError, type RedirectTarget } from "../../ports/errors.ts"
import type { Identity, SignIn } from "../../ports/identity-provider.ts"
import type { AuthorizationRequest } from "../../protocol/authorization-request.ts"
import { signInSchema } from "../../records/sign-in.ts"
import { type Transaction, transactions } from "../../records/transaction.ts"
import { userIdOf } from "../../records/user.ts"
import type { Deps } from "../deps.ts"
import { checkSignIn } from "../hooks.ts"
import { atAuthorization } from "../upstream/failure.ts"
import { approveDevice } from "./approve-device.ts"
import { coversPerson } from "./consent-needed.ts"
import { grantedScopes } from "./granted-scopes.ts"
import { issueCode } from "./issue-code.ts"
import { recheckRequest } from "./redirect-target.ts"
import { upstreamAuthorization } from "./redirect-upstream.ts"

export type CallbackOutcome =
  | { type: "redirect_to_client"; request: AuthorizationRequest; code: string; remember?: string }
  /** The remembered consent was somebody else's, not that of the person who signed in. */
  | { type: "ask_consent"; client: Client; request: AuthorizationRequest }
  | { type: "device_approved" }
  | { type: "grants_page"; userId: string; identity: Identity }

/**
 * Completes a sign-in when the upstream provider sends the browser back (OAuth 2.1 §4.1.2).
 *
 * Even for an error response, the browser must be the one that approved. That is checked before the
 * transaction is taken, so that a stranger's request cannot use it up.
 *
 * @throws {AuthorizationError} if the client may be told.
 * @throws {OAuthError} if only the person may be told.
 */
export async function completeCallback(
  input: { parameters: URLSearchParams; binding: string | undefined },
  deps: Deps,
): Promise<CallbackOutcome> {
  const { state, transaction } = await takeTransaction(input, deps)
  const { purpose } = transaction
  if (purpose.type === "grants_page") {
    const { identity } = await redeem(input.parameters, state, transaction, deps)
    return { type: "grants_page", userId: await userIdOf(identity), identity }
  }
  if (purpose.type === "device") {
    const { deviceCode, request } = purpose
    const redeemHere = () => redeem(input.parameters, state, transaction, deps)
    await approveDevice({ deviceCode, request, redeem: redeemHere }, deps)
    return { type: "device_approved" }
  }
  const { request } = purpose
  const client = await recheckRequest(request, deps)
  // The person has approved on our page, so errors from here on may be redirected to the client.
  const { clientId, redirectUri, state: clientState } = request
  const target = { clientId, redirectUri, state: clientState, unattended: true }
  try {
    const signIn = await redeem(input.parameters, state, transaction, deps)
    const userId = await userIdOf(signIn.identity)
    if (!coversPerson(purpose.rememberedUserId, userId)) {
      return { type: "ask_consent", client, request }
    }
    await checkSignIn(signIn.identity, client, deps)
    const scopes = grantedScopes(request.scopes, signIn, deps)
    const { remember } = purpose
    const code = await issueCode({ request, client, signIn, userId, scopes, remember }, deps)
    return {
      type: "redirect_to_client",
      request,
      code,
      ...(remember ? { remember: userId } : {}),
    }
  } catch (error) {
    throw redirectable(error, target)
  }
}

async function takeTransaction(
  input: { parameters: URLSearchParams; binding: string | undefined },
  deps: Deps,
): Promise<{ state: string; transaction: Transaction }> {
  const states = input.parameters.getAll("state")
  const [state] = states
  if (states.length !== 1 || !state) {
    throw new OAuthError(
      "invalid_request",
      "missing_parameter",
      "The answer from the sign-in service is incomplete. Start again from the application.",
    )
  }
  if (!(await deps.binding.matches(state, input.binding))) {
    throw new OAuthError(
      "access_denied",
      "browser_mismatch",
      "This sign-in was started in another browser or too long ago. Start again from the application, with cookies allowed for this site.",
      { status: 403 },
    )
  }
  const taken = await deps.records.take(transactions, state)
  if (taken) return { state, transaction: taken.value }
  throw new OAuthError(
    "invalid_request",
    "transaction_unknown",
    "This sign-in was already completed, or took longer than 10 minutes. Start again from the application.",
  )
}

const redeem = (
  parameters: URLSearchParams,
  state: string,
  transaction: Transaction,
  deps: Deps,
): Promise<SignIn> => {
  const request = upstreamAuthorization(state, transaction, deps)
  return atAuthorization(async () =>
    signInSchema.parse(await deps.provider.redeem(parameters, request)),
  )
}

function redirectable(error: unknown, target: RedirectTarget): unknown {
  if (error instanceof OAuthError) return new AuthorizationError(error, target)
  return error
}
