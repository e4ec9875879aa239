import { html } from "hono/html"
import type { ServerIdentity } from "../../ports/consent-page.ts"
import { checkIcon, warningIcon } from "./icons.ts"
import { masthead } from "./masthead.ts"
import { type Html, page } from "./page.ts"

const heading = "Connect a device"

/** The page where a person enters the code that a device shows. */
export const devicePage = (input: {
  server: ServerIdentity
  form: { action: string; token: string }
  userCode: string
  problem?: string
}): Html =>
  page(
    heading,
    html`${masthead(input.server, heading)}
${
  input.problem === undefined
    ? ""
    : html`<p class="notice warning" role="alert" id="problem">${warningIcon}<span>${input.problem}</span></p>`
}
<form method="post" action="${input.form.action}">
<input type="hidden" name="token" value="${input.form.token}">
<label for="user_code">The code on your device</label>
<input class="code" id="user_code" name="user_code" value="${input.userCode}" placeholder="XXXX-XXXX"
autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required
${input.problem === undefined ? "" : html`aria-invalid="true" aria-describedby="problem"`}>
<p class="quiet small">Enter only a code from a device or program that you started yourself. If somebody sent
you a code or this link, close the page: they would get access in your name.</p>
<div class="actions"><button class="primary">Continue</button></div>
</form>`,
  )

/** The last page: what happens next happens at the device. */
export const deviceDonePage = ({
  server,
  outcome,
}: {
  server: ServerIdentity
  outcome: "approved" | "denied"
}): Html =>
  outcome === "approved"
    ? page(
        "Device connected",
        html`${masthead(server, "Device connected")}
<p class="notice good">${checkIcon}<span>You can close this page and go back to your device. It continues by
itself within a few seconds.</span></p>`,
      )
    : page(
        "Device not connected",
        html`${masthead(server, "Device not connected")}
<p>The device gets no access. You can close this page.</p>`,
      )
