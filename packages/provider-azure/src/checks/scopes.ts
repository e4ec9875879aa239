import { scopePlan } from "../scopes.ts"
import { type CheckContext, type Finding, failed, findingOf, passed } from "./check.ts"
import type { DirectoryScope } from "./directory.ts"
import { objectionTo } from "./silent-authorization.ts"

/** Whether the scopes exist, according to the directory if it can be read, and to Entra ID's objections. */
export async function checkScopes(
  context: CheckContext,
  directory: readonly DirectoryScope[] | undefined,
): Promise<Finding> {
  const absent = directory?.filter(({ exists }) => !exists) ?? []
  if (absent.length > 0) {
    const { optionName } = context.settings
    const names = absent.map(({ scope }) => scope.spelling).join(" ")
    return failed(
      `${names}: no such scope. Compare ${optionName("scopes")} and ${optionName("additionalScopes")} with App registrations > Expose an API.`,
    )
  }
  const scopes = requestedScopes(context)
  try {
    const objection = await objectionTo(scopes, context)
    if (objection) return findingOf(objection)
    return passed(
      directory
        ? `${scopes.join(" ")}: in the directory.`
        : `Entra ID does not object to ${scopes.join(" ")} before anybody signs in.`,
    )
  } catch (error) {
    return findingOf(error)
  }
}

/** The scopes of a sign-in that asks for everything. */
export function requestedScopes({ settings }: CheckContext): readonly string[] {
  const plan = scopePlan(settings.scopes, settings.additionalScopes)
  return plan.forAuthorization(plan.names)
}
