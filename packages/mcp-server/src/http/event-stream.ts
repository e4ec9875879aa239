const LONGEST_TIMER = 2 ** 31 - 1

export function isEventStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") ?? false
}

/**
 * Ends an event stream when the token that it was opened with expires, so that listening needs a valid
 * token just as calling does. Clients then open a new stream.
 *
 * @param expiresAt seconds since the epoch.
 */
export function endWithToken(response: Response, expiresAt: number): Response {
  const source = response.body
  if (!source) return response
  const reader = source.getReader()
  let timer: ReturnType<typeof setTimeout>
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const life = Math.min(Math.max(expiresAt * 1000 - Date.now(), 0), LONGEST_TIMER)
      timer = setTimeout(() => {
        closeOnce(controller)
        reader.cancel().catch(() => undefined)
      }, life)
    },
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        clearTimeout(timer)
        throw error
      })
      if (value) controller.enqueue(value)
      if (!done) return
      clearTimeout(timer)
      closeOnce(controller)
    },
    cancel(reason) {
      clearTimeout(timer)
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}

/** After the timer, the pending read ends as well; and a stream that has failed is closed already. */
function closeOnce(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close()
  } catch {}
}
