import { type HeadlessBrowserOptions, headlessBrowser, type Page } from "@doorward/headless-browser"

/** A person at the emulator's pages; their browser stops where a redirect leaves it. */
export class Visitor {
  readonly #origin: string
  readonly #browser: ReturnType<typeof headlessBrowser>
  #page: Page | undefined

  constructor(origin: string, options: Omit<HeadlessBrowserOptions, "stopAt"> = {}) {
    this.#origin = new URL(origin).origin
    this.#browser = headlessBrowser({ ...options, stopAt: (url) => url.origin !== this.#origin })
  }

  /** The page that the person is at. */
  get page(): Page {
    if (!this.#page) throw new Error("no page is open")
    return this.#page
  }

  /** The redirect that led out of the emulator, if one has. */
  get location(): URL | undefined {
    return this.#page?.stopped ? this.#page.url : undefined
  }

  async open(url: string | URL): Promise<Page> {
    return this.#arrive(await this.#browser.open(this.#resolve(url)))
  }

  /** Sends a form to `url`, as a page of `from` can. */
  async post(url: string, form: Readonly<Record<string, string>>, from = this.#origin) {
    return this.#arrive(await this.#browser.openFrom(from, this.#resolve(url), form))
  }

  /** Presses the button `name=value`, with `fields` filled in. */
  async press(name: string, value: string, fields: Record<string, string> = {}): Promise<Page> {
    return this.#arrive(await this.page.submit({ name, value }, fields))
  }

  /** Types into the field `name` and sends its form. */
  async type(name: string, value: string): Promise<Page> {
    return this.#arrive(await this.page.submit(undefined, { [name]: value }))
  }

  #resolve(url: string | URL): URL {
    return new URL(url, this.#origin)
  }

  /** Every title ends with the emulator's name. */
  #arrive(page: Page): Page {
    this.#page = { ...page, title: page.title.replace(" · Entra emulator", "") }
    return this.#page
  }
}

/** What a page's form sends without being told, such as the handle of its sign-in. */
export function hiddenFields(page: Page, form = 0): Record<string, string> {
  const fields = page.forms[form]?.fields.filter(({ type }) => type === "hidden") ?? []
  return Object.fromEntries(fields.map(({ name, value }) => [name, value]))
}
