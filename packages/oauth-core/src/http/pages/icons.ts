import { html } from "hono/html"

/** Inline icons, so that pages load nothing. They are decorative: the text says the same. */
const icon = (paths: unknown) =>
  html`<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">${paths}</svg>`

export const doorIcon = icon(
  html`<path d="M5 17.5V5.5a3 3 0 0 1 3-3h4a3 3 0 0 1 3 3v12M2.5 17.5h15"/><circle cx="12" cy="10.5" r=".6" fill="currentColor"/>`,
)
export const checkIcon = icon(html`<path d="m4.5 10.5 3.5 3.5 7.5-8"/>`)
export const verifiedIcon = icon(
  html`<path d="M10 2 16 4.2v5.1c0 4-2.5 7-6 8.7-3.5-1.7-6-4.7-6-8.7V4.2z"/><path d="m7.3 9.9 2 2 3.6-4"/>`,
)
export const questionIcon = icon(
  html`<circle cx="10" cy="10" r="7.5"/><path d="M7.9 7.9a2.15 2.15 0 1 1 3.2 1.9c-.7.4-1.1.8-1.1 1.6"/><circle cx="10" cy="14" r=".5" fill="currentColor"/>`,
)
export const warningIcon = icon(
  html`<path d="M10 3 18 16.8H2z"/><path d="M10 8.2v4"/><circle cx="10" cy="14.4" r=".5" fill="currentColor"/>`,
)
