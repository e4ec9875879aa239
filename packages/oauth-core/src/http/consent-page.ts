import { html } from "hono/html"
import type { Client } from "../flow/client.ts"
import { type Html, page } from "./page.ts"

/** Everything that a person must know to decide (MCP Security Best Practices, "Confused Deputy"). */
export interface ConsentPageData {
  client: Pick<Client, "id" | "name" | "source" | "verifiedHost" | "uri">
  redirect: { uri: string; host: string; kind: "https" | "loopback" | "private-use" }
  /** Whether anything on this machine could take the redirect in the client's name. */
  loopbackOnly: boolean
  resource: { uri: string; name: string }
  scopes: readonly { scope: string; description: string }[]
  /** Who the person will sign in with, and what will be asked for there. */
  provider: { name: string; permissions: readonly string[] }
  server: string
  canRemember: boolean
  /**
   * The form that decides. The page must post `field` unchanged to `action`, with `decision` as
   * `approve` or `deny`, and may post `remember` as `yes`.
   */
  form: { action: string; field: { name: string; value: string } }
}

/** Makes the consent page of its data. */
export type ConsentPage = (data: ConsentPageData) => Html | string | Promise<string>

/** The consent page: who asks, for what, and where the answer goes. */
export const consentPage: ConsentPage = (data) => {
  const { client, redirect, resource, provider } = data
  const name = client.name ?? client.verifiedHost ?? "An application without a name"
  return page(
    `Allow ${name}?`,
    html`<header>
<p class="server">${data.server}</p>
<h1>${name} asks for access to ${resource.name}</h1>
</header>
${
  client.source === "registered"
    ? html`<p>The application registered itself and chose this name. Nobody has checked it: allow it
only if you have just started this from an application that you trust.</p>`
    : client.source === "metadata_document"
      ? html`<p>The application is vouched for by <strong>${client.verifiedHost}</strong>.</p>`
      : html`<p>The application was registered by the operator of this server.</p>`
}
${
  data.loopbackOnly
    ? html`<p class="warning">The answer goes to a program on your own computer. Any program there can
claim to be this application: allow it only if you started it yourself.</p>`
    : ""
}
<dl>
<div><dt>Answer goes to</dt><dd><strong>${redirect.host}</strong><br><code>${redirect.uri}</code></dd></div>
${client.uri === undefined ? "" : html`<div><dt>Its website</dt><dd>${client.uri}</dd></div>`}
<div><dt>Access to</dt><dd><code>${resource.uri}</code></dd></div>
</dl>
${
  data.scopes.length === 0
    ? ""
    : html`<h2>It will be able to</h2>
<ul>${data.scopes.map(({ scope, description }) =>
        description === scope
          ? html`<li><code>${scope}</code></li>`
          : html`<li>${description} <code class="quiet">${scope}</code></li>`,
      )}</ul>`
}
<h2>You will sign in with ${provider.name}</h2>
${
  provider.permissions.length === 0
    ? ""
    : html`<p>It will be asked for: ${provider.permissions.map(
        (permission, index) => html`${index > 0 ? ", " : ""}<code>${permission}</code>`,
      )}. The application never gets these tokens.</p>`
}
<form method="post" action="${data.form.action}">
<input type="hidden" name="${data.form.field.name}" value="${data.form.field.value}">
${
  data.canRemember
    ? html`<label><input type="checkbox" name="remember" value="yes"> Do not ask me again for 30 days</label>`
    : ""
}
<div class="actions">
<button class="primary" name="decision" value="approve">Allow</button>
<button name="decision" value="deny">Deny</button>
</div>
</form>`,
  )
}
