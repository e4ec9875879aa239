import { html } from "hono/html"
import type { Emulation } from "../../state/emulation.ts"
import { type Html, page } from "./layout.ts"

/** What this server is, with its tenants, applications and users, but without secrets. */
export function homePage({ directory, urls }: Emulation): Html {
  return page({
    title: "Entra ID emulator",
    wide: true,
    body: html`
      <p class="soft">A local stand-in for Microsoft Entra ID, for development and tests.</p>
      <h2>Authorities</h2>
      <ul class="plain long">
        ${directory.tenants.map(
          ({ id, name, domains }) => html`<li>
            <strong>${name}</strong> <span class="soft">${domains.join(", ")}</span><br>
            <a href="/${id}/v2.0/.well-known/openid-configuration"><code>${urls.base}/${id}</code></a>
          </li>`,
        )}
      </ul>
      <h2>Applications</h2>
      <ul class="plain">
        ${directory.apps.map(
          ({ name, clientId }) => html`<li>${name}<br><code>${clientId}</code></li>`,
        )}
      </ul>
      <h2>Users</h2>
      <ul class="plain">
        ${directory.users.map(
          ({ name, username, admin, disabled }) => html`<li>
            ${name}
            ${admin ? html`<span class="tag">administrator</span>` : ""}
            ${disabled ? html`<span class="tag">disabled</span>` : ""}<br>
            <span class="soft small">${username}</span>
          </li>`,
        )}
      </ul>`,
  })
}
