/**
 * Passes a response on and calls `ended`, once, when its stream ends, fails or is left by the client.
 */
export function whenStreamEnds(response: Response, ended: () => void): Response {
  const source = response.body
  if (!source) return response
  const reader = source.getReader()
  let isOpen = true
  /** A client that leaves also ends the read that is pending. */
  const end = () => {
    if (isOpen) ended()
    isOpen = false
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        end()
        throw error
      })
      if (value) controller.enqueue(value)
      if (!done) return
      end()
      controller.close()
    },
    cancel(reason) {
      end()
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}
