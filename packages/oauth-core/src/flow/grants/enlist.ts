import { grants } from "../../records/grant.ts"
import { type User, users } from "../../records/user.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "./end-grants.ts"

/** A consent that the user's record is to remember. */
export interface RememberedConsent {
  addTo(consents: User["consents"]): User["consents"]
  /** Milliseconds since the epoch. */
  readonly until: number
}

const grantsPerClient = 20
const grantsPerUser = 100

/** Adds a grant to its user's record, and ends the oldest active grants that exceed the caps. */
export async function enlistGrant(
  input: {
    grantId: string
    userId: string
    clientId: string
    consent?: RememberedConsent | undefined
  },
  deps: Deps,
): Promise<void> {
  const { grantId, userId, clientId, consent } = input
  const now = deps.now()
  const listed = (await deps.records.get(users, userId))?.value.grants ?? []
  // Only active grants count, but that is looked up only when a cap is reached.
  const ended = beyondCaps(listed, clientId).length > 0 ? await endedOf(listed, deps) : []
  let superseded: readonly string[] = []
  await deps.records.update(users, userId, (current) => {
    const known = (current?.value.grants ?? []).filter(({ id }) => !ended.includes(id))
    superseded = beyondCaps(known, clientId)
    const consents = current?.value.consents ?? []
    return {
      value: {
        grants: [
          ...known.filter(({ id }) => !superseded.includes(id)),
          { id: grantId, clientId, createdAt: now },
        ],
        consents: consent ? consent.addTo(consents) : consents,
      },
      expiresAt: Math.max(
        current?.expiresAt ?? 0,
        now + deps.settings.lifetimes.grant,
        consent?.until ?? 0,
      ),
    }
  })
  for (const id of superseded) await endGrant({ grantId: id, cause: "superseded" }, deps)
}

/** The oldest grants that must end to make room for one more grant of this client. */
function beyondCaps(grants: User["grants"], clientId: string): readonly string[] {
  const own = grants.filter((grant) => grant.clientId === clientId)
  const overClient = own.slice(0, Math.max(0, own.length - grantsPerClient + 1))
  const rest = grants.filter((grant) => !overClient.includes(grant))
  const overUser = rest.slice(0, Math.max(0, rest.length - grantsPerUser + 1))
  return [...overClient, ...overUser].map(({ id }) => id)
}

async function endedOf(known: User["grants"], deps: Deps): Promise<readonly string[]> {
  const ended = await Promise.all(
    known.map(async ({ id }) => ((await deps.records.get(grants, id)) ? [] : [id])),
  )
  return ended.flat()
}
