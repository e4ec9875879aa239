import { randomBytes, randomUUID } from "node:crypto"
import { EntraError } from "../aadsts/entra-error.ts"
import type { Emulation } from "../state/emulation.ts"
import type { SignInSession } from "../state/grants.ts"
import type { Transaction } from "../state/transaction.ts"
import { advance, askedFor, askWho } from "./advance.ts"
import { redirectRefusal } from "./finish.ts"
import type { Outcome } from "./outcome.ts"

/** What a person submitted on a page. */
export interface PageAnswer {
  username?: string
  decision?: "accept" | "cancel"
  /** Whether an administrator consents for the whole organization. */
  forOrganization: boolean
  /** Whether the person wants to use another account. */
  otherAccount: boolean
}

/** Handles what a page submitted. Returns the next page, or the end. */
export function answerPage(
  emulation: Emulation,
  transaction: Transaction,
  answer: PageAnswer,
): Outcome {
  return settle(emulation, transaction, nextOutcome(emulation, transaction, answer))
}

function nextOutcome(emulation: Emulation, transaction: Transaction, answer: PageAnswer): Outcome {
  if (answer.username !== undefined) return signIn(emulation, transaction, answer.username)
  if (answer.otherAccount) {
    delete transaction.session
    return askWho(emulation, transaction)
  }
  const before = advance(emulation, transaction)
  if (answer.decision === "cancel") {
    const refusal = before.kind === "refused" ? before.refusal : new EntraError(65004)
    return redirectRefusal(emulation, transaction, refusal)
  }
  if (answer.decision !== "accept") return before
  if (before.kind === "mfa") raise(emulation, transaction)
  if (before.kind === "permissions") {
    const { account, permissions } = before
    const everybody = before.forOrganization || (answer.forOrganization && account.user.admin)
    const asked = before.forOrganization ? permissions : askedFor(emulation, transaction, account)
    emulation.consents.grant(
      account.tenantId,
      everybody ? undefined : account.oid,
      transaction.client.clientId,
      asked,
    )
    transaction.consented = true
  }
  return advance(emulation, transaction)
}

function signIn(emulation: Emulation, transaction: Transaction, username: string): Outcome {
  const user = emulation.directory.user(username)
  if (!user) {
    const { authority } = transaction
    const tenant = authority.kind === "tenant" ? authority.tenant.name : authority.alias
    return askWho(emulation, transaction, new EntraError(50034, { tenant }).message)
  }
  remember(emulation, transaction, {
    id: randomUUID(),
    username: user.username,
    authTime: emulation.now(),
    mfa: false,
    acrs: [],
  })
  return advance(emulation, transaction)
}

/** Records that the second factor and the requested authentication contexts are satisfied. */
function raise(emulation: Emulation, transaction: Transaction): void {
  const { session, claims } = transaction
  if (!session) return
  const acrs = [...new Set([...session.acrs, ...claims.acrs])]
  remember(emulation, transaction, { ...session, mfa: true, acrs })
  const user = emulation.directory.user(session.username)
  if (user && !user.mfaRegistered) emulation.directory.putUser({ ...user, mfaRegistered: true })
}

function remember(emulation: Emulation, transaction: Transaction, session: SignInSession): void {
  transaction.session = session
  transaction.cookie ??= randomBytes(24).toString("base64url")
  emulation.sessions.set(transaction.cookie, session)
}

/** Forgets the sign-in if this outcome ends it. */
export function settle(emulation: Emulation, transaction: Transaction, outcome: Outcome): Outcome {
  if (outcome.kind === "redirect" || outcome.kind === "done") {
    emulation.transactions.delete(transaction.id)
  }
  return outcome
}
