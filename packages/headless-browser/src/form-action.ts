import { siteOf, withoutQuery } from "./site.ts"

/** The sources of a policy's `form-action` directive; `undefined` if it has none (CSP 3 §6.4.1). */
export function formActionSources(policy: string | null): readonly string[] | undefined {
  for (const part of policy?.split(/[;,]/) ?? []) {
    const [key, ...sources] = part.trim().split(/\s+/)
    if (key?.toLowerCase() === "form-action") return sources
  }
  return undefined
}

/**
 * Holds a form submission, and each redirect after it, to the page's `form-action`, as Chromium does.
 *
 * @throws {Error} that names the page and the target.
 */
export function checkFormAction(sources: readonly string[], page: URL, target: URL): void {
  const allowed = sources.some((source) => {
    if (source === "*") return /^https?:$/.test(target.protocol)
    if (source === "'self'") return target.origin === page.origin
    if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return target.protocol === source.toLowerCase()
    const anyPort = source.endsWith(":*")
    const origin = anyPort ? source.slice(0, -2) : source
    const url = origin.includes("://") ? origin : `${page.protocol}//${origin}`
    if (!URL.canParse(url)) return false
    const allowedUrl = new URL(url)
    return anyPort ? siteOf(allowedUrl) === siteOf(target) : allowedUrl.origin === target.origin
  })
  if (!allowed) throw new Error(`CSP form-action of ${page.origin} blocks ${withoutQuery(target)}`)
}
