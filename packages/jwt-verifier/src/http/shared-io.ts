/**
 * Whether one request may wait for what another one fetches, and leave a fetch running behind it.
 * Cloudflare Workers tie each fetch to the request that began it.
 */
export const sharedIo =
  typeof navigator === "undefined" || navigator.userAgent !== "Cloudflare-Workers"
