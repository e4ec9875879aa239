import type { EntraEmulator } from "../src/index.ts"

/** A form as a page shows it: where it goes, its hidden fields, and what can be pressed or typed. */
export interface Form {
  action: string
  hidden: Record<string, string>
  buttons: { name: string; value: string; text: string }[]
  inputs: string[]
}

export interface Page {
  status: number
  text: string
  title: string
  forms: Form[]
}

/** A browser without scripts: keeps cookies, follows no redirect out of the emulator. */
export class Browser {
  readonly #fetch: EntraEmulator["fetch"]
  readonly #origin: string
  readonly #cookies = new Map<string, string>()
  page: Page = { status: 0, text: "", title: "", forms: [] }
  /** Where the last answer redirected to. */
  location: URL | undefined
  last: Response = new Response()

  constructor(emulator: Pick<EntraEmulator, "fetch" | "baseUrl">) {
    this.#fetch = emulator.fetch
    this.#origin = emulator.baseUrl
  }

  async open(url: string | URL, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers(init.headers)
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    if (cookies) headers.set("cookie", cookies)
    const target = new URL(url, this.#origin)
    const response = await this.#fetch(
      new Request(target, { ...init, headers, redirect: "manual" }),
    )
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.#cookies.set(name, value)
    }
    const location = response.headers.get("location")
    this.location = location === null ? undefined : new URL(location, this.#origin)
    this.last = response
    const text = await response.text()
    this.page = { status: response.status, text, title: titleOf(text), forms: formsOf(text) }
    return this.page
  }

  /** Presses the button `name=value`, wherever it is. */
  async press(name: string, value: string, extra: Record<string, string> = {}): Promise<Page> {
    const form = this.page.forms.find(({ buttons }) =>
      buttons.some((button) => button.name === name && button.value === value),
    )
    if (!form) throw new Error(`no button ${name}=${value} on "${this.page.title}"`)
    return this.#submit(form, { [name]: value, ...extra })
  }

  /** Types into the field `name` and sends its form. */
  async type(name: string, value: string): Promise<Page> {
    const form = this.page.forms.find(({ inputs }) => inputs.includes(name))
    if (!form) throw new Error(`no field ${name} on "${this.page.title}"`)
    return this.#submit(form, { [name]: value })
  }

  #submit(form: Form, fields: Record<string, string>): Promise<Page> {
    const body = new URLSearchParams({ ...form.hidden, ...fields })
    return this.open(form.action, { method: "POST", body })
  }
}

function titleOf(text: string): string {
  return unescapeHtml(/<h1>(.*?)<\/h1>/s.exec(text)?.[1] ?? "")
}

function formsOf(text: string): Form[] {
  return [...text.matchAll(/<form ([^>]*)>(.*?)<\/form>/gs)].map(([, head = "", body = ""]) => ({
    action: attribute(head, "action"),
    hidden: Object.fromEntries(
      [...body.matchAll(/<input ([^>]*type="hidden"[^>]*)>/gs)].map(([, tag = ""]) => [
        attribute(tag, "name"),
        attribute(tag, "value"),
      ]),
    ),
    buttons: [...body.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)].map(
      ([, tag = "", content = ""]) => ({
        name: attribute(tag, "name"),
        value: attribute(tag, "value"),
        text: content
          .replace(/<[^>]+>/g, " ")
          .replace(/\s+/g, " ")
          .trim(),
      }),
    ),
    inputs: [...body.matchAll(/<input ([^>]*)>/gs)]
      .map(([, tag = ""]) => tag)
      .filter((tag) => !tag.includes('type="hidden"'))
      .map((tag) => attribute(tag, "name")),
  }))
}

function attribute(tag: string, name: string): string {
  return unescapeHtml(new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? "")
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
}
