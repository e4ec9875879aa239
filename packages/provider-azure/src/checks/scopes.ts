import { scopePlan } from "../scopes.ts"
import { type CheckContext, type Finding, failed, findingOf, passed } from "./check.ts"
import type { DirectoryScope } from "./directory.ts"
import { objectionTo } from "./silent-authorization.ts"

/** Whether the scopes exist: by the directory if that may be read, and by what Entra ID objects to. */
export async function checkScopes(
  context: CheckContext,
  directory: readonly DirectoryScope[] | undefined,
): Promise<Finding> {
  const absent = directory?.filter(({ exists }) => !exists) ?? []
  if (absent.length > 0) {
    const names = absent.map(({ scope }) => scope.spelling).join(" ")
    return failed(
      `${names}: no such scope. Compare requiredScopes and additionalScopes with App registrations > Expose an API.`,
    )
  }
  const scopes = requestedScopes(context)
  try {
    const objection = await objectionTo(scopes, context)
    if (objection) return findingOf(objection)
    return passed(
      directory
        ? `${scopes.join(" ")}: in the directory.`
        : `Before anybody signs in, Entra ID has no objection to ${scopes.join(" ")}.`,
    )
  } catch (error) {
    return findingOf(error)
  }
}

/** What a sign-in asks for that asks for everything. */
export function requestedScopes({ settings }: CheckContext): readonly string[] {
  const plan = scopePlan(settings.requiredScopes, settings.additionalScopes)
  return plan.forAuthorization(plan.names)
}
