const LONGEST_TIMER = 2 ** 31 - 1
/** How long a stream may outlive the sign-in behind it, in milliseconds. */
const CHECKED_EVERY = 30_000

/** How long an event stream may go on. */
export interface StreamLifetime {
  /** When its token expires, in seconds since the epoch; none for a call that may outlive it. */
  expiresAt?: number | undefined
  /** Whether whoever opened it is still signed in. It must not reject. */
  isActive(): Promise<boolean>
}

/** Whether a response is an event stream that has not come to its end: one of known length has. */
export function isOpenEventStream({ headers }: Response): boolean {
  const isStream = headers.get("content-type")?.startsWith("text/event-stream") ?? false
  return isStream && !headers.has("content-length")
}

/**
 * Ends an event stream with the token that it was opened with, and with the sign-in behind it, so that
 * listening needs both just as calling does. Clients then open a new stream, if they may.
 */
export function endWithLifetime(response: Response, lifetime: StreamLifetime): Response {
  const source = response.body
  if (!source) return response
  const reader = source.getReader()
  let stopWatching: () => void
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stopWatching = watch(lifetime, () => {
        closeOnce(controller)
        reader.cancel().catch(() => undefined)
      })
    },
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        stopWatching()
        throw error
      })
      if (value) controller.enqueue(value)
      if (!done) return
      stopWatching()
      closeOnce(controller)
    },
    cancel(reason) {
      stopWatching()
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}

/** Calls `end` once the lifetime is over. @returns a function that stops it. */
function watch({ expiresAt, isActive }: StreamLifetime, end: () => void): () => void {
  let isOver = false
  const stop = () => {
    isOver = true
    clearTimeout(expiry)
    clearTimeout(check)
  }
  const over = () => {
    if (isOver) return
    stop()
    end()
  }
  const expiry = expiresAt === undefined ? undefined : setTimeout(over, timeUntil(expiresAt))
  const checkLater = () =>
    setTimeout(async () => {
      if (!(await isActive())) over()
      if (!isOver) check = checkLater()
    }, CHECKED_EVERY)
  let check = checkLater()
  return stop
}

const timeUntil = (expiresAt: number) =>
  Math.min(Math.max(expiresAt * 1000 - Date.now(), 0), LONGEST_TIMER)

/** After the end, the pending read ends as well; and a stream that has failed is closed already. */
function closeOnce(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close()
  } catch {}
}
