import type { HtmlForm, HtmlLink } from "./html-controls.ts"

/** One request that the browser sent on the way to a page. */
export interface Hop {
  /** The HTTP method, in upper case. */
  method: string
  /** What was requested, with its query. */
  url: URL
  /** The HTTP status of the response. */
  status: number
  /** Where the response sent the browser, if it did. */
  location?: URL
}

/** Names a button: by its value or its text, or by name and value. */
export type ButtonChoice =
  | string
  | {
      /** The button's `name`. */
      name: string
      /** The button's `value`. Default: any. */
      value?: string
    }

/** Where the browser has come to. */
export interface Page {
  /** The address, with query and fragment. */
  url: URL
  /** True if the browser was sent to a `stopAt` URI, or to a scheme that it does not speak. */
  stopped: boolean
  /** The HTTP status; 0 if the browser stopped before a request. */
  status: number
  /** The headers of the response; none if the browser stopped before a request. */
  headers: Headers
  /** The body, as it came. */
  text: string
  /** The text of the `title` element; empty if there is none. */
  title: string
  /** The forms, in the page's order. */
  forms: readonly HtmlForm[]
  /** The links, in the page's order. */
  links: readonly HtmlLink[]
  /** Every request of this navigation, in order. */
  hops: readonly Hop[]
  /**
   * Presses a button, with `fields` filled in over what its form holds.
   *
   * Without a button it submits the first form that has all of `fields`, as the Enter key does: by the
   * form's first button.
   *
   * @throws {Error} if no button or form matches; it lists the buttons of the page.
   */
  submit(button?: ButtonChoice, fields?: Readonly<Record<string, string>>): Promise<Page>
  /**
   * Follows the first link whose text or address contains `text`.
   *
   * @throws {Error} if there is none.
   */
  follow(text: string): Promise<Page>
}
