import { type Context, Hono } from "hono"
import { getCookie } from "hono/cookie"
import { createMiddleware } from "hono/factory"
import { parseAdminConsentRequest } from "../sign-in/admin-consent.ts"
import { answerPage, type PageAnswer } from "../sign-in/answer.ts"
import { parseAuthorizationRequest } from "../sign-in/authorization-request.ts"
import { deviceSignIn } from "../sign-in/device.ts"
import { signOut } from "../sign-in/sign-out.ts"
import { type SignInStart, startSignIn } from "../sign-in/start.ts"
import type { Emulation } from "../state/emulation.ts"
import { readForm } from "./form.ts"
import { devicePage } from "./pages/device-page.ts"
import { messagePage } from "./pages/message-page.ts"
import { sendPage } from "./responses.ts"
import { nextStep, sendOutcome, sessionCookie } from "./sign-in-responses.ts"

const devicePath = "/common/oauth2/deviceauth"

/** Marks endpoints whose refusals are shown as pages. */
const pages = createMiddleware(async (c, next) => {
  c.set("answersWithPages", true)
  await next()
})

/** The endpoints that a browser visits. */
export function signInRoutes(emulation: Emulation): Hono {
  const routes = new Hono()
  routes.on(["GET", "POST"], "/:tenant/oauth2/v2.0/authorize", pages, async (c) => {
    const parameters = await parametersOf(c)
    const request = parseAuthorizationRequest(emulation, c.req.param("tenant"), parameters)
    const { authority, client, scope, claims, prompt, loginHint, domainHint } = request
    const hints = { prompt, loginHint, domainHint }
    const purpose = { kind: "authorize", request } as const
    return begin(emulation, c, { purpose, authority, client, scope, claims, ...hints })
  })
  routes.on("GET", ["/:tenant/v2.0/adminconsent", "/:tenant/adminconsent"], pages, async (c) => {
    const parameters = await parametersOf(c)
    const segment = c.req.param("tenant")
    return begin(emulation, c, parseAdminConsentRequest(emulation, segment, parameters))
  })
  routes.get(devicePath, pages, (c) => sendPage(c, devicePage(devicePath, undefined)))
  routes.post(devicePath, pages, async (c) => {
    const start = deviceSignIn(emulation, (await readForm(c)).get("otc") ?? "")
    if (start) return begin(emulation, c, start)
    return sendPage(c, devicePage(devicePath, "That code didn't work. Check it and try again."))
  })
  routes.post(nextStep, pages, async (c) => {
    const form = await readForm(c)
    const transaction = emulation.transactions.get(form.get("transaction") ?? "")
    if (!transaction) {
      const text = "Go back to the application and start again."
      return sendPage(c, messagePage("This sign-in has ended", text), 400)
    }
    const outcome = answerPage(emulation, transaction, readAnswer(form))
    return sendOutcome(emulation, c, transaction, outcome)
  })
  routes.on(["GET", "POST"], "/:tenant/oauth2/v2.0/logout", pages, async (c) => {
    emulation.directory.authority(c.req.param("tenant"))
    const target = signOut(emulation, getCookie(c, sessionCookie), await parametersOf(c))
    if (target !== undefined) return c.redirect(target, c.req.method === "POST" ? 303 : 302)
    return sendPage(c, messagePage("You signed out", "It's a good idea to close the browser."))
  })
  return routes
}

/** The parameters of the query, and of the form if one was posted. */
async function parametersOf(c: Context): Promise<URLSearchParams> {
  const form = c.req.method === "POST" ? await readForm(c) : new URLSearchParams()
  return new URLSearchParams([...form, ...new URL(c.req.url).searchParams])
}

function begin(emulation: Emulation, c: Context, start: SignInStart): Response | Promise<Response> {
  const { transaction, outcome } = startSignIn(emulation, start, getCookie(c, sessionCookie))
  return sendOutcome(emulation, c, transaction, outcome)
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
