import { type OptionFields, readOptions } from "@doorward/boundary"
import { type ButtonChoice, headlessBrowser, type Page } from "@doorward/headless-browser"
import { z } from "zod"
import type { SignIn } from "./sign-in.ts"

/** The options of `headlessSignIn`. */
export interface HeadlessSignInOptions {
  /** Whom to sign in as: a user name, or the beginning of one. Default: the first that the page offers. */
  user?: string | undefined
  /** Where the sign-in ends. Nothing listens there: the browser stops before it. Default: `http://127.0.0.1:33418/callback`. */
  redirectUri?: string | undefined
}

const optionsSchema = z.strictObject({
  user: z.string().default(""),
  redirectUri: z.url({ error: "must be a URL" }).default("http://127.0.0.1:33418/callback"),
} satisfies OptionFields<HeadlessSignInOptions>)

const MAX_PAGES = 12
const AGREES = new Set(["approve", "accept", "allow", "yes"])

/**
 * Drives the pages of a sign-in over HTTP: approves, picks the user, accepts. It knows Doorward's pages
 * and those of its Entra emulator.
 *
 * @throws {ConfigurationError} naming every option that is wrong or unknown.
 */
export function headlessSignIn(options: HeadlessSignInOptions = {}): SignIn {
  const { user, redirectUri } = readOptions("headlessSignIn", optionsSchema, options)
  return {
    redirectUri,
    async visit(url, fetch) {
      const browser = headlessBrowser({ fetch, stopAt: redirectUri })
      let page = await browser.open(url)
      for (let pages = 0; !page.stopped; pages++) {
        if (pages === MAX_PAGES) throw new Error(`no way through the pages after ${MAX_PAGES}`)
        page = await goOn(page, user)
      }
      return page.url
    },
    close: async () => undefined,
  }
}

async function goOn(page: Page, user: string): Promise<Page> {
  const buttons = page.forms.flatMap((form) => form.buttons)
  const pick = (test: (button: (typeof buttons)[number]) => boolean): ButtonChoice | undefined => {
    const found = buttons.find((button) => button.name !== undefined && test(button))
    return found?.name === undefined ? undefined : { name: found.name, value: found.value }
  }
  const person = pick(({ name, value }) => name === "username" && value.startsWith(user))
  if (person) return page.submit(person)
  const field = page.forms[0]?.fields.find(({ name }) => name === "username")
  if (field && user) return page.submit(undefined, { username: user })
  const agree = pick(({ name, value }) => name === "decision" && AGREES.has(value))
  if (agree) return page.submit(agree)
  const said = page.text.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/g, " ").replace(/\s+/g, " ")
  throw new Error(
    `${page.url.origin}${page.url.pathname} (${page.status} ${page.title}) has nothing to press: ${said.trim().slice(0, 300)}`,
  )
}
