import { type EntraError, requestTrace } from "../aadsts/entra-error.ts"
import { clientInfo } from "../directory/client-info.ts"
import type { Account } from "../directory/directory.ts"
import type { Emulation } from "../state/emulation.ts"
import type { Grant, SignInSession } from "../state/grants.ts"
import type { Transaction } from "../state/transaction.ts"
import type { Outcome } from "./outcome.ts"
import { errorRedirection } from "./redirection.ts"

/** Ends a successful sign-in with a code, an approved device or an administrator's consent. */
export function finish(
  emulation: Emulation,
  transaction: Transaction,
  session: SignInSession,
  account: Account,
): Outcome {
  const { client, claims, purpose } = transaction
  const grant: Grant = {
    clientId: client.clientId,
    tenantId: account.tenantId,
    session,
    scope: transaction.scope,
    cp1: claims.cp1,
    nonce: purpose.kind === "authorize" ? purpose.request.nonce : undefined,
  }
  switch (purpose.kind) {
    case "authorize":
      return redirectWithCode(emulation, transaction, grant, account)
    case "device":
      emulation.devices.approve(purpose.userCode, grant)
      return {
        kind: "done",
        title: "You have signed in on your device",
        text: `You have signed in to ${client.name}. You may now close this window.`,
      }
    case "admin-consent":
      return {
        kind: "redirect",
        location: {
          redirectUri: purpose.redirectUri,
          responseMode: "query",
          parameters: new URLSearchParams({
            admin_consent: "True",
            tenant: account.tenantId,
            scope: purpose.permissions.map(({ scope }) => scope).join(" "),
            ...(purpose.state !== undefined && { state: purpose.state }),
          }),
        },
      }
  }
}

function redirectWithCode(
  emulation: Emulation,
  transaction: Transaction,
  grant: Grant,
  account: Account,
): Outcome {
  const { purpose } = transaction
  if (purpose.kind !== "authorize") throw new TypeError("not an authorization request")
  const { request } = purpose
  const { target } = request
  const code = emulation.grants.issueCode({
    grant,
    redirectUri: target.redirectUri,
    platform: request.platform,
    challenge: request.challenge,
    issuedAt: emulation.now(),
    redeemed: false,
  })
  const parameters = new URLSearchParams({
    code,
    ...(request.clientInfo && { client_info: clientInfo(account) }),
    ...(target.state !== undefined && { state: target.state }),
    session_state: grant.session.id,
  })
  return { kind: "redirect", location: { ...target, parameters } }
}

/** Ends a sign-in with a refusal, for the application or the device that started it. */
export function redirectRefusal(
  emulation: Emulation,
  transaction: Transaction,
  refusal: EntraError,
): Outcome {
  const { purpose } = transaction
  const trace = requestTrace(emulation.now(), undefined)
  switch (purpose.kind) {
    case "authorize":
      return {
        kind: "redirect",
        location: errorRedirection(refusal, purpose.request.target, trace, emulation.urls.base),
      }
    case "device":
      emulation.devices.decline(purpose.userCode)
      return {
        kind: "done",
        title: "The device was not signed in",
        text: "You may now close this window.",
      }
    case "admin-consent": {
      const parameters = new URLSearchParams({
        error: "permission_denied",
        error_description: "The admin canceled the request",
        ...(purpose.state !== undefined && { state: purpose.state }),
      })
      const { redirectUri } = purpose
      return { kind: "redirect", location: { redirectUri, responseMode: "query", parameters } }
    }
  }
}
