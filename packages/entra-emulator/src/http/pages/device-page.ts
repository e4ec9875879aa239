import { html } from "hono/html"
import { type Html, page } from "./layout.ts"

/** Asks for the code that a device shows: the field is `otc`. */
export function devicePage(action: string, problem: string | undefined): Html {
  return page({
    title: "Enter code",
    body: html`
      <p class="soft">Type the code that is shown on your app or device.</p>
      ${problem === undefined ? "" : html`<p class="problem" role="alert">${problem}</p>`}
      <form method="post" action="${action}">
        <label for="otc">Code</label>
        <div class="field">
          <input id="otc" name="otc" type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false">
          <button class="main" type="submit">Next</button>
        </div>
      </form>`,
  })
}
