import type { EventStore } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js"

/** What is kept for one session. Longer messages can't be sent again. */
const MAX_EVENTS = 1000
const MAX_CHARACTERS = 4 * 1024 * 1024

interface KeptEvent {
  streamId: string
  /** In JSON. */
  data: string
  /** Whether it answers the request that the stream belongs to. */
  isAnswer: boolean
}

/**
 * The last events of one session, so that a client whose connection broke gets what it missed (MCP
 * transports, Resumability and Redelivery). The oldest ones go first.
 */
export class EventLog implements EventStore {
  readonly #events = new Map<string, KeptEvent>()
  #characters = 0
  #last = 0

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    this.#last += 1
    const id = String(this.#last)
    const data = JSON.stringify(message)
    const isAnswer = "result" in message || "error" in message
    this.#events.set(id, { streamId, data, isAnswer })
    this.#characters += data.length
    this.#dropOldest()
    return id
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events.get(id)?.streamId
  }

  async replayEventsAfter(
    lastId: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    for (const [id, { data }] of this.#missed(lastId)) await send(id, JSON.parse(data))
    return this.#events.get(lastId)?.streamId ?? ""
  }

  /**
   * What a client missed of a stream that has had its last event, in the form of server-sent events.
   * `undefined` if more is to come.
   */
  restOfFinished(lastId: string): string | undefined {
    const missed = this.#missed(lastId)
    const isFinished =
      this.#events.get(lastId)?.isAnswer || missed.some(([, event]) => event.isAnswer)
    if (!isFinished) return undefined
    return missed.map(([id, { data }]) => `event: message\nid: ${id}\ndata: ${data}\n\n`).join("")
  }

  /** The events of the same stream after this one; those without a message only began the stream. */
  #missed(lastId: string): [id: string, event: KeptEvent][] {
    const streamId = this.#events.get(lastId)?.streamId
    return [...this.#events].filter(
      ([id, event]) =>
        Number(id) > Number(lastId) && event.streamId === streamId && event.data !== "{}",
    )
  }

  #dropOldest(): void {
    for (const [id, { data }] of this.#events) {
      if (this.#events.size <= MAX_EVENTS && this.#characters <= MAX_CHARACTERS) return
      this.#events.delete(id)
      this.#characters -= data.length
    }
  }
}
