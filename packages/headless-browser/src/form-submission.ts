import type { FormButton, HtmlForm } from "./html-controls.ts"
import type { ButtonChoice } from "./page.ts"

type Fields = Readonly<Record<string, string>>

/** What submitting a form sends. */
export interface Submission {
  url: URL
  method: "GET" | "POST"
  /** The form's data, for a POST; a GET has it in the URL's query. */
  body?: URLSearchParams
}

/**
 * What a page's form sends when a button is pressed.
 *
 * @param page the address of the page, which the form's action is relative to.
 * @throws {Error} if no button or form matches.
 */
export function submissionOf(
  page: URL,
  forms: readonly HtmlForm[],
  choice: ButtonChoice | undefined,
  fields: Fields,
): Submission {
  const { form, button } =
    choice === undefined ? findForm(forms, fields) : findButton(forms, choice)
  const held = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]))
  const values = Object.entries({ ...held, ...fields })
  if (button?.name) values.push([button.name, button.value])
  const body = new URLSearchParams(values)
  const url = new URL(button?.action || form.action || page.href, page)
  url.hash = ""
  if ((button?.method?.toLowerCase() ?? form.method) === "post") {
    return { url, method: "POST", body }
  }
  url.search = body.toString()
  return { url, method: "GET" }
}

interface Pressed {
  form: HtmlForm
  button: FormButton | undefined
}

function findForm(forms: readonly HtmlForm[], fields: Fields): Pressed {
  const names = Object.keys(fields)
  const form = forms.find((each) =>
    names.every((wanted) => each.fields.some(({ name }) => name === wanted)),
  )
  if (form) return { form, button: form.buttons[0] }
  throw new Error(`no form with ${names.join(" and ") || "anything"}; ${offer(forms)}`)
}

function findButton(forms: readonly HtmlForm[], choice: ButtonChoice): Pressed {
  for (const form of forms) {
    const button = form.buttons.find(({ name, value, text }) =>
      typeof choice === "string"
        ? value === choice || text === choice
        : name === choice.name && (choice.value === undefined || value === choice.value),
    )
    if (button) return { form, button }
  }
  throw new Error(`no button ${JSON.stringify(choice)}; ${offer(forms)}`)
}

function offer(forms: readonly HtmlForm[]): string {
  const buttons = forms.flatMap((form) => form.buttons)
  const offered = buttons.map(({ name, value, text }) => (name ? `${name}=${value}` : text))
  return `the page has: ${offered.join(", ") || "none"}`
}
