import { Hono } from "hono"
import { cors } from "hono/cors"
import type { Emulation } from "../state/emulation.ts"
import { startDevice } from "../token/device-authorization.ts"
import { answerTokenRequest } from "../token/endpoint.ts"
import { readForm } from "./form.ts"
import { noStore, traceOf } from "./responses.ts"

export function tokenRoutes(emulation: Emulation): Hono {
  const routes = new Hono()
  const open = cors({ origin: "*", allowMethods: ["POST", "OPTIONS"] })
  routes.on(["POST", "OPTIONS"], "/:tenant/oauth2/v2.0/token", open, async (c) => {
    const answer = await answerTokenRequest(emulation, {
      segment: c.req.param("tenant"),
      form: await readForm(c),
      authorization: c.req.header("authorization"),
      origin: c.req.header("origin"),
    })
    noStore(c)
    c.header("x-ms-request-id", traceOf(emulation, c).traceId)
    return c.json(answer)
  })
  routes.post("/:tenant/oauth2/v2.0/devicecode", async (c) =>
    c.json(startDevice(emulation, c.req.param("tenant"), await readForm(c))),
  )
  return routes
}
