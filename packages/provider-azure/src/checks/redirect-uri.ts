import { type CheckContext, type Finding, findingOf, passed } from "./check.ts"
import { objectionTo } from "./silent-authorization.ts"

/** A scope that every application may ask for. */
const anyScope = ["openid"]

/** Whether the redirect URI is registered: only then does Entra ID redirect to it, even with an error. */
export async function checkRedirectUri(context: CheckContext): Promise<Finding> {
  try {
    const objection = await objectionTo(anyScope, context)
    return objection ? findingOf(objection) : passed(`${context.redirectUri} is registered.`)
  } catch (error) {
    return findingOf(error)
  }
}
