/** Whether this is Cloudflare Workers, with or without Node's modules. */
const workers = typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers"

/**
 * Whether a request may wait for another request's fetch, and leave a fetch running when it ends. Workers
 * tie each fetch to the request that started it.
 */
export const sharedIo = !workers

const modules = typeof process === "undefined" ? undefined : process.getBuiltinModule

/** Node's own modules, where they are faster than the Web's APIs. The `node:crypto` of Workers lacks RSA-PSS. */
export const nodeCrypto = workers ? undefined : modules?.("node:crypto")
export const nodeBuffer = modules?.("node:buffer")
