import { type Context, Hono } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import { createMiddleware } from "hono/factory"
import { parseAuthorizationRequest } from "../authorize/request.ts"
import type { Emulation } from "../emulation.ts"
import { answerPage, type PageAnswer, startSignIn } from "../sign-in/answer.ts"
import type { Outcome, Transaction } from "../sign-in/transaction.ts"
import { readForm } from "./form.ts"
import { errorPage } from "./pages/error-page.ts"
import { factorPage } from "./pages/factor-page.ts"
import type { Html } from "./pages/layout.ts"
import { messagePage } from "./pages/message-page.ts"
import { permissionPage } from "./pages/permission-page.ts"
import { signInPage } from "./pages/sign-in-page.ts"
import { sendPage, sendRedirection, traceOf } from "./responses.ts"

const sessionCookie = "entra-emulator-session"
/** Where every page of a sign-in is sent. */
const nextStep = "/common/SignIn/next"

/** Marks endpoints whose refusals are read by a person. */
const pages = createMiddleware(async (c, next) => {
  c.set("answersWithPages", true)
  await next()
})

export function authorizeRoutes(emulation: Emulation): Hono {
  const routes = new Hono()
  routes.on(["GET", "POST"], "/:tenant/oauth2/v2.0/authorize", pages, async (c) => {
    const query = new URL(c.req.url).searchParams
    const parameters = c.req.method === "POST" ? await readForm(c) : query
    const segment = c.req.param("tenant")
    const request = parseAuthorizationRequest(emulation, segment, parameters)
    const { authority, client, scope, claims, prompt, loginHint, domainHint } = request
    return begin(emulation, c, {
      purpose: { kind: "authorize", request },
      authority,
      client,
      scope,
      claims,
      ...(prompt !== undefined && { prompt }),
      ...(loginHint !== undefined && { loginHint }),
      ...(domainHint !== undefined && { domainHint }),
    })
  })
  routes.post(nextStep, pages, async (c) => {
    const form = await readForm(c)
    const transaction = emulation.transactions.get(form.get("transaction") ?? "")
    if (!transaction) {
      const text = "Go back to the application and start again."
      return sendPage(c, messagePage("This sign-in is over", text), 400)
    }
    const outcome = answerPage(emulation, transaction, readAnswer(form))
    return send(emulation, c, transaction, outcome)
  })
  return routes
}

/** Starts a sign-in for any purpose and sends its first page. */
export function begin(
  emulation: Emulation,
  c: Context,
  start: Parameters<typeof startSignIn>[1],
): Response | Promise<Response> {
  const cookie = getCookie(c, sessionCookie)
  const { transaction, outcome } = startSignIn(emulation, start, cookie)
  return send(emulation, c, transaction, outcome)
}

function readAnswer(form: URLSearchParams): PageAnswer {
  const decision = form.get("decision")
  const username = form.get("username")
  return {
    ...(username !== null && { username }),
    ...((decision === "accept" || decision === "cancel") && { decision }),
    forOrganization: form.get("organization") === "on",
    otherAccount: form.get("account") === "other",
  }
}

function send(
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
