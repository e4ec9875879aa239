/** Scheme and host: without a list of public suffixes, two hosts of one domain are two sites. */
export function siteOf(url: URL): string {
  return `${url.protocol}//${url.hostname}`
}

/** `Sec-Fetch-Site` for the last URL of a redirect chain (Fetch Metadata §2.4). */
export function fetchSite(
  initiator: string | undefined,
  chain: readonly URL[],
): "none" | "same-origin" | "same-site" | "cross-site" {
  if (initiator === undefined) return "none"
  if (chain.every(({ origin }) => origin === initiator)) return "same-origin"
  const site = siteOf(new URL(initiator))
  return chain.every((url) => siteOf(url) === site) ? "same-site" : "cross-site"
}

/** A URL as it may stand in an error, or be compared: without query and fragment. */
export function withoutQuery(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}
