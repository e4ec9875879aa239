export type { StoredCookie } from "./cookie-jar.ts"
export {
  type ButtonChoice,
  type HeadlessBrowser,
  type HeadlessBrowserOptions,
  type Hop,
  headlessBrowser,
  type Page,
} from "./headless-browser.ts"
export type { FormButton, FormField, HtmlForm, HtmlLink } from "./html-forms.ts"
