import { TokenError } from "@doorward/jwt-verifier"
import type { Agent, Principal } from "@doorward/oauth-core"
import { identityOf } from "./identity.ts"

type Claims = Readonly<Record<string, unknown>>

/** A facet of the actor: an agent identity (Entra Agent ID). */
const AGENT_IDENTITY = "11"
/** A facet of the subject: the user account of an agent. */
const AGENT_USER = "13"

/**
 * Who is behind a verified access token of Entra ID: a person by a scope (`scp`), an application or agent
 * on its own behalf by an app role.
 *
 * @throws {TokenError} `missing_claim` if it is neither.
 */
export function principalOf(issuer: string, claims: Claims): Principal {
  const agent = agentOf(claims)
  if (typeof claims.scp === "string") {
    const identity = identityIn(issuer, claims)
    if (agent && facets(claims.xms_sub_fct).has(AGENT_USER)) {
      return { type: "agent", identity, agent }
    }
    return { type: "person", identity, ...(agent && { agent }) }
  }
  if (!isAppOnly(claims)) {
    throw new TokenError("missing_claim", "The token has neither a scope (scp) nor an app role")
  }
  const identity = identityIn(issuer, claims)
  return agent ? { type: "agent", identity, agent } : { type: "app", identity }
}

function identityIn(issuer: string, claims: Claims) {
  try {
    return identityOf(issuer, claims)
  } catch (cause) {
    throw new TokenError("missing_claim", "The token does not say whom it is about (tid, oid)", {
      cause,
    })
  }
}

/**
 * Whether a token is an application's own: it has a role, names the application, and is about the
 * application itself.
 */
function isAppOnly({ roles, azp, appid, oid, sub, idtyp = "app" }: Claims): boolean {
  const hasRole = Array.isArray(roles) && roles.length > 0
  const isAboutItself = typeof oid === "string" && oid === sub && idtyp === "app"
  return hasRole && typeof (azp ?? appid) === "string" && isAboutItself
}

/** The agent identity that acts, if one does. */
function agentOf({ xms_act_fct, xms_par_app_azp, azp, appid }: Claims): Agent | undefined {
  const id = azp ?? appid
  if (!facets(xms_act_fct).has(AGENT_IDENTITY) || typeof id !== "string") return undefined
  return { id, ...(typeof xms_par_app_azp === "string" && { blueprintId: xms_par_app_azp }) }
}

/** Numbers in any order, separated by spaces. */
function facets(claim: unknown): ReadonlySet<string> {
  return new Set(typeof claim === "string" ? claim.split(" ") : [])
}
