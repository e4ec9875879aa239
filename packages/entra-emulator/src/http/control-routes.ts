import { ConfigurationError } from "@doorward/boundary"
import { Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { EntraError } from "../aadsts/entra-error.ts"
import { UnknownTargetError } from "../state/control.ts"
import type { ControlCommand } from "../state/control-command.ts"
import type { Emulation } from "../state/emulation.ts"

/**
 * `POST /_emulator` with a command as JSON. A page of another origin cannot send one: JSON needs a
 * preflight request, which is never allowed, and a foreign `Origin` is refused.
 */
export function controlRoutes(
  { urls }: Emulation,
  control: (command: ControlCommand) => void,
): Hono {
  const routes = new Hono()
  routes.post("/_emulator", bodyLimit({ maxSize: 1024 * 1024 }), async (c) => {
    const origin = c.req.header("origin")
    if (origin !== undefined && origin !== urls.base) return c.json({ error: "forbidden" }, 403)
    const type = c.req.header("content-type") ?? ""
    if (!type.startsWith("application/json")) return c.json({ error: "send JSON" }, 415)
    try {
      control(await c.req.json())
      return c.body(null, 204)
    } catch (error) {
      return c.json({ error: describe(error) }, 400)
    }
  })
  return routes
}

function describe(error: unknown): string {
  const isRefusal =
    error instanceof ConfigurationError ||
    error instanceof UnknownTargetError ||
    error instanceof EntraError
  if (isRefusal) return error.message
  if (error instanceof SyntaxError) return "the body is not JSON"
  throw error
}
