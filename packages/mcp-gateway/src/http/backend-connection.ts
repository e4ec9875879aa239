import { BackendError } from "../backend.ts"
import type { ForwardToSettings } from "../options-schema.ts"
import { backendDispatcher } from "./dispatcher.ts"
import { type BackendAnswer, type BackendRequest, exchange, type StreamWatch } from "./exchange.ts"
import { Traffic } from "./traffic.ts"

/** What is besides a request: how it may be sent, and who is told of its stream. */
export interface SendOptions {
  /** Whether it may be sent again if the connection ends before the answer. */
  isRepeatable: boolean
  /** The longest wait for an answer. Default: the setting. */
  answerSeconds?: number
  /** What to send last when the backend has broken its stream off. Default: nothing. */
  lastWords?: StreamWatch["lastWords"]
}

/** The connections to one backend. */
export interface BackendConnection {
  /** @throws {BackendError} if no answer came. */
  send(request: BackendRequest, options: SendOptions): Promise<BackendAnswer>
  /** Ends everything that is on its way. */
  close(): Promise<void>
}

/** Connects to a backend when there is something to send, within the limits of the settings. */
export function backendConnection(settings: ForwardToSettings): BackendConnection {
  const { url, answerSeconds, maxAnswerBytes, connectSeconds } = settings
  const dispatcher = backendDispatcher(url, connectSeconds)
  const traffic = new Traffic(settings)
  const target = { dispatcher, origin: url.origin, path: url.pathname + url.search, maxAnswerBytes }
  let isClosed = false

  return {
    send(request, options) {
      const limits = { ...target, answerSeconds: options.answerSeconds ?? answerSeconds }
      const watch: StreamWatch = {
        mayBegin: () => traffic.beginStream(),
        onEnd: () => traffic.endStream(),
        lastWords: (error, hasEventId) =>
          isClosed ? undefined : options.lastWords?.(error, hasEventId),
      }
      return traffic.whileInFlight(async () => {
        if (isClosed) throw new BackendError("unreachable", "the gateway is closing")
        try {
          return await exchange(request, limits, watch)
        } catch (error) {
          if (!options.isRepeatable || !isLost(error, request)) throw error
          return await exchange(request, limits, watch)
        }
      })
    },
    async close() {
      isClosed = true
      await dispatcher.destroy()
    },
  }
}

/** Whether the backend closed the connection: it was restarted, or had been idle for too long. */
function isLost(error: unknown, { signal }: BackendRequest): boolean {
  return error instanceof BackendError && error.failure === "closed_early" && !signal?.aborted
}
