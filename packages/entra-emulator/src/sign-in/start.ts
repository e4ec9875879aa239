import { randomBytes } from "node:crypto"
import type { Emulation } from "../state/emulation.ts"
import type { SignInSession } from "../state/grants.ts"
import type { Transaction } from "../state/transaction.ts"
import { advance } from "./advance.ts"
import { settle } from "./answer.ts"
import type { Outcome } from "./outcome.ts"

/** What a request says about the sign-in that it starts. */
export type SignInStart = Omit<Transaction, "id" | "consented" | "session" | "cookie">

/** Starts a sign-in, with the browser's session if it has a valid one and the request allows it. */
export function startSignIn(
  emulation: Emulation,
  start: SignInStart,
  cookie: string | undefined,
): { transaction: Transaction; outcome: Outcome } {
  const session = reusableSession(emulation, start, cookie)
  const transaction: Transaction = {
    ...start,
    id: randomBytes(24).toString("base64url"),
    consented: false,
    ...(session && { session }),
    ...(session && cookie !== undefined && { cookie }),
  }
  emulation.transactions.set(transaction.id, transaction)
  return { transaction, outcome: settle(emulation, transaction, advance(emulation, transaction)) }
}

function reusableSession(
  emulation: Emulation,
  start: SignInStart,
  cookie: string | undefined,
): SignInSession | undefined {
  if (cookie === undefined || start.prompt === "login" || start.prompt === "select_account") {
    return undefined
  }
  const session = emulation.sessions.get(cookie)
  if (!session) return undefined
  const validFrom = emulation.tokensValidFrom.get(session.username) ?? 0
  const notBefore = Math.max(validFrom, (start.claims.notBefore ?? 0) * 1000)
  const sameUser =
    start.loginHint === undefined || start.loginHint.toLowerCase() === session.username
  return session.authTime >= notBefore && sameUser ? session : undefined
}
