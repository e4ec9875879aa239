import { decodeJwt } from "jose"
import { otherVersion, wrongAudienceFix } from "../token-refusal.ts"
import { applicationOf, applicationToken } from "./application.ts"
import {
  type CheckContext,
  type Finding,
  failed,
  findingOf,
  notBefore,
  passed,
  unknown,
} from "./check.ts"

/**
 * Refusals that say nothing about people's tokens: the application has no role in this API (501051), or
 * nobody in the tenant has used it yet (700016), which the check of the credential reports.
 */
const aboutApplicationOnly: ReadonlySet<string> = new Set(["AADSTS501051", "AADSTS700016"])

/** Whether the API's tokens have the expected version and audience. */
export async function checkTokenVersion(
  context: CheckContext,
  credential: Finding,
): Promise<Finding> {
  const { scopes, scopeRules, registration, scopeForm, optionName } = context.settings
  if (!scopes.some(({ owner }) => owner === "api")) {
    return passed("No token for an API of your own is requested.")
  }
  if (credential.outcome === "failed") return notBefore("credential")
  const application = applicationOf(context)
  if ("obstacle" in application) return unknown(application.obstacle)
  try {
    const api = scopeForm === "guid" ? scopeRules.clientId : scopeRules.identifierUri
    const token = await applicationToken(application.client, api)
    const problem = otherVersion(token, registration.tokenVersion, optionName)
    if (problem) return findingOf(problem)
    const { aud } = decodeJwt(token)
    return registration.audiences.includes(String(aud))
      ? passed(`v${registration.tokenVersion}.0, for ${aud}.`)
      : failed(wrongAudienceFix(optionName))
  } catch (error) {
    const finding = findingOf(error)
    return aboutApplicationOnly.has(finding.reason ?? "")
      ? unknown("It can't be seen without a sign-in.")
      : finding
  }
}
