/** The page that a navigation started from. */
export interface Initiator {
  /** Its origin. */
  origin: string
  /** Its `Referrer-Policy` header; empty if it has none. */
  referrerPolicy: string
}

/** The `Origin` of a POST: the page's referrer policy can turn it into `null` (Fetch §3.1). */
export function originHeader(initiator: Initiator | undefined, chain: readonly URL[]): string {
  const target = chain.at(-1)
  if (initiator === undefined || target === undefined) return "null"
  const { origin, referrerPolicy } = initiator
  if (referrerPolicy === "no-referrer") return "null"
  if (referrerPolicy === "same-origin" && target.origin !== origin) return "null"
  if (origin.startsWith("https:") && target.protocol !== "https:") return "null"
  return chain.slice(0, -1).every((url) => url.origin === origin) ? origin : "null"
}
