import { graphHosts } from "./cloud.ts"
import { isGraphPermission } from "./graph-permissions.ts"

/** Which API a scope belongs to. */
export type ScopeOwner = "api" | "graph" | "oidc" | "other"

/** A scope, by the name that MCP clients see and in the spelling that is sent to Entra ID. */
export interface EntraScope {
  owner: ScopeOwner
  /** Without prefix: `tools.read`, `User.Read`. */
  name: string
  /** As it is sent: `api://…/tools.read`, `User.Read`. */
  spelling: string
}

export interface ScopeRules {
  clientId: string
  /** The App ID URI of the API, without a trailing slash. */
  identifierUri: string
  /** How the API's scopes are sent: after its App ID URI, or after the client id. */
  scopeForm: "uri" | "guid"
}

const oidcScopes: ReadonlySet<string> = new Set(["openid", "profile", "email", "offline_access"])

/** Requested every time: an id_token to identify the person, and a refresh token to stay signed in. */
const always = ["openid", "profile", "offline_access"]

/** Tells which API a scope belongs to, by its prefix, or by its name if it has none. */
export function entraScope(scope: string, rules: ScopeRules): EntraScope {
  if (oidcScopes.has(scope)) return { owner: "oidc", name: scope, spelling: scope }
  const slash = scope.lastIndexOf("/")
  if (slash === -1) {
    return isGraphPermission(scope)
      ? { owner: "graph", name: scope, spelling: scope }
      : apiScope(scope, rules)
  }
  const resource = scope.slice(0, slash)
  const name = scope.slice(slash + 1)
  if (isApi(resource, rules)) return apiScope(name, rules)
  return { owner: isGraph(resource) ? "graph" : "other", name, spelling: scope }
}

function apiScope(name: string, rules: ScopeRules): EntraScope {
  const prefix = rules.scopeForm === "guid" ? rules.clientId : rules.identifierUri
  return { owner: "api", name, spelling: `${prefix}/${name}` }
}

/** GUIDs and URIs are compared without regard to case. */
function isApi(resource: string, { clientId, identifierUri }: ScopeRules): boolean {
  const names = [identifierUri, `api://${clientId}`, clientId]
  return names.some((name) => name.toLowerCase() === resource.toLowerCase())
}

function isGraph(resource: string): boolean {
  return URL.canParse(resource) && graphHosts.has(new URL(resource).host)
}

/** The scopes of one provider: what clients may ask for, and what is then requested from Entra ID. */
export interface ScopePlan {
  /** What MCP clients may ask for: no prefixes, no OpenID Connect scopes. */
  readonly names: readonly string[]
  /** Whether a sign-in for these names yields a token for the API, or only identifies the person. */
  mode(names: readonly string[]): "api" | "sign-in"
  /** For the authorization request, which may contain scopes of several resources. */
  forAuthorization(names: readonly string[]): readonly string[]
  /** For the token endpoint, which issues tokens for one resource at a time (AADSTS28000). */
  forToken(names: readonly string[]): readonly string[]
  /** Which of `names` were granted, given the short names in `scp` or in the response's `scope`. */
  granted(names: readonly string[], shortNames: readonly string[]): readonly string[]
}

export function scopePlan(
  required: readonly EntraScope[],
  additional: readonly EntraScope[],
): ScopePlan {
  const offered = required.filter(({ owner }) => owner === "api" || owner === "graph")
  const oidc = [...required, ...additional].filter(({ owner }) => owner === "oidc")
  const alwaysAsked = [...new Set([...always, ...oidc.map(({ spelling }) => spelling)])]

  const asked = (names: readonly string[]) => offered.filter(({ name }) => names.includes(name))
  const mode = (names: readonly string[]) =>
    asked(names).some(({ owner }) => owner === "api") ? "api" : "sign-in"
  const spellings = (scopes: readonly EntraScope[]) => scopes.map(({ spelling }) => spelling)

  return {
    names: offered.map(({ name }) => name),
    mode,
    forAuthorization(names) {
      return [...new Set([...spellings(asked(names)), ...spellings(additional), ...alwaysAsked])]
    },
    forToken(names) {
      const owner = mode(names) === "api" ? "api" : "graph"
      return [...spellings(asked(names).filter((scope) => scope.owner === owner)), ...alwaysAsked]
    },
    granted(names, shortNames) {
      const granted = new Set(shortNames.map((name) => name.toLowerCase()))
      const owner = mode(names) === "api" ? "api" : "graph"
      // On Entra ID's permission page people accept all or nothing, so the other resource's scopes are granted too.
      return asked(names)
        .filter((scope) => scope.owner !== owner || granted.has(scope.name.toLowerCase()))
        .map(({ name }) => name)
    },
  }
}
