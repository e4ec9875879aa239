import type { Hono } from "hono"
import { OAuthError } from "../ports/errors.ts"

/** Refuses methods for which a path has no route (RFC 9110 §15.5.6). */
export function refuseOtherMethods(app: Hono): void {
  const methodsOf = new Map<string, Set<string>>()
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue
    methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method))
  }
  for (const [path, methods] of methodsOf) {
    app.all(path, (c) => {
      c.header("Allow", [...methods].join(", "))
      throw new OAuthError(
        "invalid_request",
        "method_not_allowed",
        "This method is not allowed here.",
        { status: 405 },
      )
    })
  }
}
