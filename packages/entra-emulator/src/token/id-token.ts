import type { AppRegistration } from "../directory/app-registration.ts"
import type { Account } from "../directory/directory.ts"
import { pairwiseSubject } from "../directory/pairwise.ts"
import type { OidcScope } from "../directory/scopes.ts"
import { signV2 } from "../keys/jwt.ts"
import { type Emulation, issuerOf } from "../state/emulation.ts"
import type { SignInSession } from "../state/grants.ts"
import { newUti, opaque, validity } from "./access-token.ts"
import { membershipClaims } from "./user-claims.ts"

export interface IdTokenInput {
  account: Account
  client: AppRegistration
  session: SignInSession
  oidc: readonly OidcScope[]
  nonce: string | undefined
  lifetime: number
}

/** Issues a v2.0 id_token (OIDC Core §2). `name`, `oid` and `preferred_username` need the scope `profile`. */
export async function idToken(emulation: Emulation, input: IdTokenInput): Promise<string> {
  const { account, client, session, oidc, nonce } = input
  const { user, tenantId, oid } = account
  const profile = oidc.includes("profile")
  const email = oidc.includes("email") ? user.email : undefined
  return signV2(await emulation.keys.active(), {
    aud: client.clientId,
    iss: issuerOf(emulation, tenantId),
    ...validity(emulation, input.lifetime),
    aio: opaque(),
    ...(email !== undefined && { email }),
    ...(profile && { name: user.name }),
    ...(nonce !== undefined && { nonce }),
    ...(profile && { oid, preferred_username: user.username }),
    rh: opaque(),
    sid: session.id,
    sub: pairwiseSubject(oid, client.clientId),
    tid: tenantId,
    uti: newUti(),
    ver: "2.0",
    ...membershipClaims(emulation, account, client),
  })
}
