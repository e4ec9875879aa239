import { createHash } from "node:crypto"
import { html, raw } from "hono/html"
import { type Html, page } from "./layout.ts"

const submit = "document.forms[0].submit()"

/** The content security policy's source expression for this page's only script. */
export const formPostScript = `'sha256-${createHash("sha256").update(submit).digest("base64")}'`

/** A form that submits itself (OAuth 2.0 Form Post Response Mode), or by a click without scripts. */
export function formPostPage(action: string, parameters: URLSearchParams): Html {
  return page({
    title: "Back to the application",
    body: html`<form method="post" action="${action}">
        ${[...parameters].map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
        )}
        <div class="row start"><button class="main" type="submit">Continue</button></div>
      </form>
      <script>${raw(submit)}</script>`,
  })
}
