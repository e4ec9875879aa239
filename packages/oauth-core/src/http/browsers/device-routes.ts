import type { Context, Hono } from "hono"
import { findDevice } from "../../flow/authorize/find-device.ts"
import { OAuthError } from "../../ports/errors.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import { parseUserCode, shownUserCode } from "../../tokens/user-code.ts"
import type { HttpContext } from "../context.ts"
import { deviceDonePage, devicePage } from "../pages/device-page.ts"
import { sendPage } from "../pages/page.ts"
import { report } from "../refusal.ts"
import { readForm } from "../request-body.ts"
import { showDeviceConsent } from "./consent-form.ts"
import { demandOwnForm } from "./fetch-metadata.ts"
import { demandFormToken, formToken } from "./form-token.ts"

/** `/device`, where a person enters the code that a device shows (RFC 8628 §3.3). */
export function addDeviceRoutes(app: Hono, http: HttpContext): void {
  const { deps } = http

  // A code in the link is only filled in: whoever sent the link may want somebody else's access (§5.4).
  app.get(endpointPaths.device, (c) =>
    showForm(c, { userCode: readable(c.req.query("user_code") ?? "") }, http),
  )

  app.post(endpointPaths.device, async (c) => {
    const form = await readForm(c)
    demandOwnForm(c, deps.settings.issuer)
    await demandFormToken(c, "device", form.get("token") ?? undefined, http)
    const typed = form.get("user_code") ?? ""
    try {
      return await showDeviceConsent(c, await findDevice(typed, deps), http)
    } catch (error) {
      if (!(error instanceof OAuthError) || error.reason !== "user_code_unknown") throw error
      const { message } = report(c, error, http)
      return showForm(c, { userCode: readable(typed), problem: message }, http)
    }
  })
}

/** Says that the person is done here, and goes on at the device. */
export const showDeviceDone = (
  c: Context,
  outcome: "approved" | "denied",
  { server }: HttpContext,
): Promise<Response> => sendPage(c, deviceDonePage({ server, outcome }))

async function showForm(
  c: Context,
  shown: { userCode: string; problem?: string },
  http: HttpContext,
): Promise<Response> {
  const { issuer } = http.deps.settings
  const form = {
    action: `${issuer}${endpointPaths.device}`,
    token: await formToken(c, "device", http),
  }
  const status = shown.problem === undefined ? 200 : 400
  return sendPage(c, devicePage({ server: http.server, form, ...shown }), status)
}

/** Only what can be a code goes back into the field. */
function readable(typed: string): string {
  const code = parseUserCode(typed)
  return code === undefined ? "" : shownUserCode(code)
}
