/** Workers tie each fetch to the request that began it, so another request must not wait for it. */
const tiedToRequest =
  typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers"

/** Runs the work once for all callers that come while it is under way. */
export function shared<T>(work: () => Promise<T>): () => Promise<T> {
  if (tiedToRequest) return work
  let underWay: Promise<T> | undefined
  return () => {
    underWay ??= work().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

/** Does the work once and keeps its result. A failure is not kept: the next caller tries again. */
export function keptOnSuccess<T>(work: () => Promise<T>): () => Promise<T> {
  let result: { value: T } | undefined
  const attempt = shared(async () => {
    const value = await work()
    result = { value }
    return value
  })
  return async () => (result ? result.value : attempt())
}
