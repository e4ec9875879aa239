import { decodeJwt } from "jose"
import { isTenantAlias } from "../tenants.ts"
import { mendOf, otherVersion } from "../token-refusal.ts"
import { type CheckContext, type Finding, failed, findingOf, passed, unknown } from "./check.ts"

/** The application may not get a token of its own for this API, which says nothing of people's. */
const notAssigned = "AADSTS501051"

/** Whether the credential is good: the application gets a token of its own (RFC 6749 §4.4). */
export async function checkCredential(context: CheckContext): Promise<Finding> {
  const obstacle = obstacleOf(context)
  if (obstacle) return unknown(obstacle)
  try {
    await applicationToken(context, context.settings.registration.authority.cloud.graphUrl)
    return passed("Entra ID accepts it.")
  } catch (error) {
    return findingOf(error)
  }
}

/** Whether the API's tokens are of the expected version and for the expected audience. */
export async function checkTokenVersion(context: CheckContext): Promise<Finding> {
  const { requiredScopes, scopeRules, registration, scopeForm } = context.settings
  if (!requiredScopes.some(({ owner }) => owner === "api")) {
    return passed("No token of an API of your own is asked for.")
  }
  const obstacle = obstacleOf(context)
  if (obstacle) return unknown(obstacle)
  try {
    const api = scopeForm === "guid" ? scopeRules.clientId : scopeRules.identifierUri
    const token = await applicationToken(context, api)
    const problem = otherVersion(token, registration.tokenVersion)
    if (problem) return failed(problem.message)
    const { aud } = decodeJwt(token)
    return registration.audiences.includes(String(aud))
      ? passed(`v${registration.tokenVersion}.0, for ${aud}.`)
      : failed(mendOf("wrong_audience") ?? "")
  } catch (error) {
    const finding = findingOf(error)
    return String(finding.cause).includes(notAssigned) ? unknown(finding.detail) : finding
  }
}

async function applicationToken({ client }: CheckContext, resource: string): Promise<string> {
  const response = await client.grant("client_credentials", { scope: `${resource}/.default` })
  return response.accessToken
}

function obstacleOf({ settings }: CheckContext): string | undefined {
  const { tenant } = settings.registration.authority
  if (settings.publicClient) return "A public client has no credential."
  if (isTenantAlias(tenant)) {
    return `With the tenantId ${tenant} only a sign-in shows it.`
  }
  return undefined
}
