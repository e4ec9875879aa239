import { SSEClientTransport, SseError } from "@modelcontextprotocol/sdk/client/sse.js"
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js"
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js"
import { BackendError } from "../backend.ts"
import type { BackendChannel, ChannelListener } from "../bridge/backend-channel.ts"

/** Where the channel leads, and how long it may take to open. */
export interface SseChannelOptions {
  url: URL
  /** Throws a {@link BackendError} for whatever is not the answer of such a server. */
  fetch: FetchLike
  seconds: number
}

/**
 * Opens a session of the HTTP+SSE transport of 2024-11-05: an event stream from the backend, which says
 * where messages to it are posted.
 *
 * @throws {BackendError} if there is no such stream.
 */
export async function openSseChannel(
  { url, fetch, seconds }: SseChannelOptions,
  listener: ChannelListener,
): Promise<BackendChannel> {
  let failure: BackendError | undefined
  const transport = new SSEClientTransport(url, {
    fetch: (target, init) =>
      fetch(target, init).catch((error: unknown) => {
        if (error instanceof BackendError) failure = error
        throw error
      }),
  })
  const channel = new SseChannel(transport, listener)
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new BackendError("timed_out", `no endpoint within ${seconds} seconds`)),
    seconds * 1000,
  )
  try {
    await Promise.race([transport.start(), late.promise])
    channel.isOpen = true
    return channel
  } catch (error) {
    await channel.close()
    if (error instanceof BackendError) throw error
    throw failure ?? new BackendError("not_mcp", "it gave no event stream", { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

class SseChannel implements BackendChannel {
  isOpen = false
  readonly #transport: SSEClientTransport

  constructor(transport: SSEClientTransport, listener: ChannelListener) {
    this.#transport = transport
    transport.onmessage = (message) => listener.onMessage(message)
    transport.onerror = (error) => {
      if (!this.isOpen || !(error instanceof SseError)) return
      // The transport would connect again in a while, to a session that knows nothing of this one; who
      // listens closes it before that.
      this.isOpen = false
      listener.onEnd(new BackendError("closed_early", "its event stream ended", { cause: error }))
    }
  }

  async send(message: JSONRPCMessage): Promise<void> {
    try {
      await this.#transport.send(message)
    } catch (error) {
      if (error instanceof BackendError) throw error
      throw new BackendError("closed_early", "the message was not taken", { cause: error })
    }
  }

  async close(): Promise<void> {
    this.isOpen = false
    await this.#transport.close()
  }
}
