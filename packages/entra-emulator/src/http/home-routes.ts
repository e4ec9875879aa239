import { Hono } from "hono"
import { aadsts, isAadstsCode } from "../aadsts/aadsts.ts"
import type { Emulation } from "../state/emulation.ts"
import { homePage } from "./pages/home-page.ts"
import { messagePage } from "./pages/message-page.ts"
import { sendPage } from "./responses.ts"

/** The front page, and the page that `error_uri` points to. */
export function homeRoutes(emulation: Emulation): Hono {
  const routes = new Hono()
  routes.get("/", (c) => sendPage(c, homePage(emulation)))
  routes.get("/error", (c) => {
    const code = Number(c.req.query("code"))
    const text = isAadstsCode(code)
      ? aadsts[code].text
      : "The emulator does not know this error code."
    return sendPage(c, messagePage(`AADSTS${code || ""}`, text))
  })
  return routes
}
