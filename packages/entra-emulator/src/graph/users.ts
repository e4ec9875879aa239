import type { Account } from "../directory/directory.ts"
import { pairwiseSubject } from "../directory/pairwise.ts"
import type { Emulation } from "../state/emulation.ts"
import { type GraphCaller, GraphError, requireAny } from "./caller.ts"

/** `GET /oidc/userinfo`: claims about the user (OIDC Core §5.3). */
export function userInfo(emulation: Emulation, caller: GraphCaller) {
  const { user, oid } = caller.account ?? noUser()
  const [given = user.name, ...family] = user.name.split(" ")
  return {
    sub: pairwiseSubject(oid, caller.clientId),
    name: user.name,
    ...(family.length > 0 && { family_name: family.join(" ") }),
    given_name: given,
    picture: `${emulation.urls.graph}/v1.0/me/photo/$value`,
    ...(user.email !== undefined && caller.permissions.includes("email") && { email: user.email }),
  }
}

/** `GET /v1.0/me`: the user who is signed in. */
export function me(emulation: Emulation, caller: GraphCaller) {
  const { user, oid } = caller.account ?? noUser()
  requireAny(caller, "User.Read", "User.ReadWrite", "User.Read.All", "Directory.Read.All")
  const [given = user.name, ...family] = user.name.split(" ")
  return {
    "@odata.context": `${emulation.urls.graph}/v1.0/$metadata#users/$entity`,
    businessPhones: [],
    displayName: user.name,
    givenName: given,
    jobTitle: user.jobTitle ?? null,
    mail: user.email ?? null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: family.length > 0 ? family.join(" ") : null,
    userPrincipalName: user.username,
    id: oid,
  }
}

/** `POST /v1.0/users/{id}/getMemberObjects`: all groups, without a limit. */
export function memberObjects(emulation: Emulation, caller: GraphCaller, id: string) {
  const { user } = findAccount(emulation, caller, id)
  const itself = id === "me" || caller.account?.oid === id
  const self = itself ? ["User.Read", "User.ReadWrite"] : []
  requireAny(caller, ...self, "GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")
  return {
    "@odata.context": `${emulation.urls.graph}/v1.0/$metadata#Collection(Edm.String)`,
    value: user.groups,
  }
}

/** `POST /v1.0/users/{id}/revokeSignInSessions`: later refreshes fail with 50173; access tokens stay valid. */
export function revokeSignInSessions(emulation: Emulation, caller: GraphCaller, id: string) {
  const { user } = findAccount(emulation, caller, id)
  requireAny(caller, "User.ReadWrite", "User.RevokeSessions.All", "Directory.ReadWrite.All")
  emulation.tokensValidFrom.set(user.username, emulation.now())
  return {
    "@odata.context": `${emulation.urls.graph}/v1.0/$metadata#Edm.Boolean`,
    value: true,
  }
}

function findAccount(emulation: Emulation, caller: GraphCaller, id: string): Account {
  if (id === "me") return caller.account ?? noUser()
  const account = emulation.directory
    .accounts(caller.tenantId)
    .find(({ oid, user }) => oid === id.toLowerCase() || user.username === id.toLowerCase())
  if (account) return account
  throw new GraphError(404, "Request_ResourceNotFound", `Resource '${id}' does not exist.`)
}

function noUser(): never {
  throw new GraphError(
    400,
    "BadRequest",
    "/me request is only valid with delegated authentication flow.",
  )
}
