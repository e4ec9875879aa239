/** Cloudflare Workers, with Node's modules or without. */
const workers = typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers"

/**
 * Whether one request may wait for what another one fetches, and leave a fetch running behind it. Workers
 * tie each fetch to the request that began it.
 */
export const sharedIo = !workers

const modules = typeof process === "undefined" ? undefined : process.getBuiltinModule

/** Node's own, for what is faster with it than with the Web's. Workers have one that lacks RSA-PSS. */
export const nodeCrypto = workers ? undefined : modules?.("node:crypto")
export const nodeBuffer = modules?.("node:buffer")
