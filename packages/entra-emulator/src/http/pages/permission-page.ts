import { html } from "hono/html"
import type { Permission } from "../../directory/consent.ts"
import type { Account } from "../../directory/directory.ts"
import { type Html, page, stepForm } from "./layout.ts"

export interface PermissionPageInput {
  action: string
  transaction: string
  application: string
  organization: string
  account: Account
  permissions: readonly Permission[]
  /** Whether an administrator is asked to consent for the whole tenant. */
  forOrganization: boolean
}

/** Asks for permissions: `decision` is `accept` or `cancel`. */
export function permissionPage(input: PermissionPageInput): Html {
  const { account, permissions, forOrganization, organization, application } = input
  const offerOrganization = account.user.admin && !account.guest && !forOrganization
  return page({
    title: forOrganization ? "Permissions for your organization" : "Permissions requested",
    organization: account.user.username,
    body: html`
      <p><strong>${application}</strong> <span class="soft">would like to:</span></p>
      ${stepForm(
        input.action,
        input.transaction,
        html`<ul class="permissions">
          ${permissions.map(
            ({ description, scope, resource, adminOnly }) => html`<li>
              ${description} ${adminOnly ? html`<span class="tag">administrators only</span>` : ""}
              <span class="scope"><code>${scope}</code> · ${resource.name}</span>
            </li>`,
          )}
        </ul>
        ${
          offerOrganization
            ? html`<label class="check">
                <input type="checkbox" name="organization" value="on">
                <span>Consent on behalf of ${organization}. Nobody else there will be asked.</span>
              </label>`
            : ""
        }
        ${forOrganization ? html`<p class="soft small">This applies to everybody in ${organization}.</p>` : ""}
        <div class="row">
          <button name="decision" value="cancel">Cancel</button>
          <button class="main" name="decision" value="accept">Accept</button>
        </div>`,
      )}`,
  })
}
