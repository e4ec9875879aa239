import { html } from "hono/html"
import type { ConsentPage, ConsentPageData } from "../../ports/consent-page.ts"
import { checkIcon, questionIcon, verifiedIcon, warningIcon } from "./icons.ts"
import { masthead } from "./masthead.ts"
import { type Html, page } from "./page.ts"

/** The built-in consent page. It says who asks, for what, and where the answer goes. */
export const consentPage: ConsentPage = (data) => {
  const { client, resource } = data
  const name = client.name ?? client.verifiedHost ?? "An unnamed application"
  return page(
    `Allow ${name}?`,
    html`${masthead(
      data.server,
      html`<bdi>${name}</bdi> wants access to <bdi>${resource.name}</bdi>`,
    )}
${voucher(client)}
${data.loopbackOnly ? loopbackWarning : ""}
${data.device ? deviceWarning(data.device) : ""}
${facts(data)}
${scopeList(data.scopes)}
${upstream(data.provider)}
${decision(data)}`,
  )
}

/** Who vouches for the client, if anybody does. */
function voucher({ source, verifiedHost }: ConsentPageData["client"]): Html {
  switch (source) {
    case "registered":
      return html`<p class="notice">${questionIcon}<span><strong>Nobody has verified this
application.</strong> It registered itself and chose its own name. Allow it only if you just started this
yourself.</span></p>`
    case "metadata_document":
      return html`<p class="notice good">${verifiedIcon}<span>Vouched for by
<strong>${verifiedHost}</strong>.</span></p>`
    case "static":
      return html`<p class="notice good">${verifiedIcon}<span>Set up by the operator of this
server.</span></p>`
  }
}

const loopbackWarning = html`<p class="notice warning">${warningIcon}<span>Access goes to a program on
your own computer, and any program there can pretend to be this application. Allow it only if you started
it yourself.</span></p>`

const deviceWarning = ({ userCode }: { userCode: string }) =>
  html`<p class="notice warning">${warningIcon}<span>The access goes to whoever shows the code
<strong>${userCode}</strong>. Allow it only if you see this code on a device or program that you started
yourself. If somebody sent it to you, deny.</span></p>`

function facts({ client, redirect, device, resource }: ConsentPageData): Html {
  return html`<dl class="facts">
${
  redirect
    ? html`<div><dt>Takes you back to</dt><dd>${recipient(redirect)}${code(redirect.uri, "Redirect URI")}</dd></div>`
    : ""
}
${
  device
    ? html`<div><dt>Gives access to</dt><dd>the device with the code <strong>${device.userCode}</strong></dd></div>`
    : ""
}
${
  client.source === "metadata_document"
    ? html`<div><dt>Identified by</dt><dd>${code(client.id, "Client identifier")}</dd></div>`
    : client.uri === undefined
      ? ""
      : html`<div><dt>Website (not verified)</dt><dd>${code(client.uri, "Website")}</dd></div>`
}
<div><dt>Access to</dt><dd><bdi>${resource.name}</bdi>${code(resource.uri, "Resource")}</dd></div>
</dl>`
}

function recipient({ host, kind }: NonNullable<ConsentPageData["redirect"]>): Html {
  const shown = html`<strong><bdi>${host}</bdi></strong>`
  switch (kind) {
    case "https":
      return host.includes("xn--")
        ? html`${shown}<br><span class="small">This address contains letters other than A to Z. Check it
carefully: it may only look like one that you know.</span>`
        : shown
    case "loopback":
      return html`a program on this computer, at ${shown}`
    case "private-use":
      return html`the application on this device that opens ${shown} links`
  }
}

const code = (text: string, label: string): Html =>
  html`<code${text.length > 150 ? scrolling(label) : ""}>${text}</code>`

/** Attributes of a box that scrolls, which must be reachable by keyboard. */
const scrolling = (label: string): Html => html` tabindex="0" role="group" aria-label="${label}"`

function scopeList(scopes: ConsentPageData["scopes"]): Html | "" {
  if (scopes.length === 0) return ""
  return html`<h2>It will be able to</h2>
<ul class="scopes">${scopes.map(
    ({ scope, description }) =>
      html`<li>${checkIcon}<span>${
        description === scope ? "" : html`${description} `
      }<code>${scope}</code></span></li>`,
  )}</ul>`
}

function upstream({ name, permissions }: ConsentPageData["provider"]): Html {
  return html`<h2>Next, you'll sign in with ${name}</h2>
${
  permissions.length === 0
    ? html`<p class="quiet">The application never gets your password.</p>`
    : html`<p class="quiet">This server will ask for the permissions below and use them on your behalf. The
application never gets your password or the tokens that carry these permissions.</p>
<ul class="permissions"${permissions.length > 6 ? scrolling("Permissions") : ""}>${permissions.map(
        (permission) => html`<li><code>${permission}</code></li>`,
      )}</ul>`
}`
}

/** Deny comes first, so that pressing Enter by accident denies. */
function decision({ form, canRemember }: ConsentPageData): Html {
  return html`<form method="post" action="${form.action}">
<input type="hidden" name="${form.field.name}" value="${form.field.value}">
${
  canRemember
    ? html`<label class="choice"><input type="checkbox" name="remember" value="yes"> Don't ask me again
for 30 days</label>`
    : ""
}
<div class="actions">
<button name="decision" value="deny">Deny</button>
<button class="primary" name="decision" value="approve">Allow</button>
</div>
</form>`
}
