import { type Run, Stop } from "../step.ts"
import type { UsableServer } from "./discover-server.ts"
import type { AuthorizationRequest } from "./request-authorization.ts"

/** Checks the authorization response, an error response too: state, then `iss`, then the outcome (RFC 9207 §2.4). */
export async function checkCallback(
  run: Run,
  callback: URL,
  server: UsableServer,
  request: AuthorizationRequest,
): Promise<URLSearchParams> {
  const parameters = callback.searchParams
  const code = parameters.get("code")
  run.secrets.learn(code ?? undefined)
  run.note(`callback ${run.secrets.url(callback.href)}`)
  const state = parameters.get("state")
  run.demand("state-returned", state === request.state, `The state is ${state}, not the one sent.`)
  const iss = parameters.get("iss")
  const owed = server.authorization_response_iss_parameter_supported === true
  run.demand(
    "iss-returned",
    iss === null ? !owed : iss === server.issuer,
    iss === null
      ? "The server advertises iss but does not send it."
      : `The response comes from ${iss}, not from ${server.issuer}.`,
  )
  const error = parameters.get("error")
  if (error) {
    const description = parameters.get("error_description")
    throw new Stop(`The sign-in ended with ${error}${description ? `: ${description}` : "."}`)
  }
  run.demand("code-returned", Boolean(code), "There is neither a code nor an error.")
  return parameters
}
