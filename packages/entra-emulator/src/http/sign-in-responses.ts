import type { Context } from "hono"
import { setCookie } from "hono/cookie"
import type { Outcome } from "../sign-in/outcome.ts"
import type { Emulation } from "../state/emulation.ts"
import type { Transaction } from "../state/transaction.ts"
import { errorPage } from "./pages/error-page.ts"
import { factorPage } from "./pages/factor-page.ts"
import type { Html } from "./pages/layout.ts"
import { messagePage } from "./pages/message-page.ts"
import { permissionPage } from "./pages/permission-page.ts"
import { signInPage } from "./pages/sign-in-page.ts"
import { sendPage, sendRedirection, traceOf } from "./responses.ts"

export const sessionCookie = "entra-emulator-session"
/** Where the forms of every sign-in page are sent. */
export const nextStep = "/common/SignIn/next"

/** Sends the outcome of a step: the next page, or a redirect to the application. */
export function sendOutcome(
  emulation: Emulation,
  c: Context,
  transaction: Transaction,
  outcome: Outcome,
): Response | Promise<Response> {
  if (transaction.cookie !== undefined) {
    setCookie(c, sessionCookie, transaction.cookie, {
      httpOnly: true,
      path: "/",
      sameSite: "Lax",
      secure: emulation.urls.base.startsWith("https:"),
    })
  }
  if (outcome.kind === "redirect") return sendRedirection(c, outcome.location)
  return sendPage(c, render(emulation, c, outcome))
}

function render(
  emulation: Emulation,
  c: Context,
  outcome: Exclude<Outcome, { kind: "redirect" }>,
): Html {
  if (outcome.kind === "done") return messagePage(outcome.title, outcome.text)
  const { transaction } = outcome
  const form = { action: nextStep, transaction: transaction.id }
  const application = transaction.client.name
  const organization = organizationOf(emulation, outcome)
  switch (outcome.kind) {
    case "sign-in": {
      const { accounts, problem } = outcome
      const { loginHint } = transaction
      return signInPage({ ...form, application, organization, accounts, loginHint, problem })
    }
    case "mfa":
      return factorPage({ ...form, account: outcome.account, enrolment: outcome.enrolment })
    case "permissions": {
      const { account, permissions, forOrganization } = outcome
      const page = { account, permissions, forOrganization }
      return permissionPage({ ...form, application, organization, ...page })
    }
    case "refused":
      return errorPage({ refusal: outcome.refusal, trace: traceOf(emulation, c), next: form })
  }
}

function organizationOf(
  { directory }: Emulation,
  outcome: Exclude<Outcome, { kind: "redirect" | "done" }>,
): string {
  if ("account" in outcome) return directory.tenant(outcome.account.tenantId).name
  const { authority } = outcome.transaction
  return authority.kind === "tenant" ? authority.tenant.name : "Any organization"
}
