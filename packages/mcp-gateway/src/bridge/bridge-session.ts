import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js"
import { BackendError } from "../backend.ts"
import { failureMessage, rpcErrorMessage } from "../backend-failure.ts"
import type { Caller } from "../identity/caller.ts"
import { isObject } from "../protocol/messages.ts"
import type { BackendChannel, ChannelListener, OpenChannel } from "./backend-channel.ts"
import { EventLog } from "./event-log.ts"
import { OpenRequests } from "./open-requests.ts"

/** Requests that may wait for the backend at once; a client that has gone still waits here. */
const MAX_OPEN_REQUESTS = 1000

/** What a session tells the one who keeps it. */
export interface SessionWatch {
  /** A message could not get to the backend, or the backend has ended. */
  onFailure(error: BackendError): void
  /** The backend has ended, and the session is to end with it. */
  onEnd(): void
}

/** A caller's session: Streamable HTTP towards the client, and a channel of its own to the backend. */
export class BridgeSession implements ChannelListener {
  readonly id = crypto.randomUUID()
  readonly caller: Caller
  readonly #watch: SessionWatch
  readonly #events = new EventLog()
  readonly #open = new OpenRequests()
  readonly #answered = Promise.withResolvers<JSONRPCMessage>()
  readonly #client = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => this.id,
    eventStore: this.#events,
  })
  #channel: BackendChannel | undefined
  #hasAnswered = false
  #over: BackendError | undefined

  constructor(caller: Caller, watch: SessionWatch) {
    this.caller = caller
    this.#watch = watch
    this.#answered.promise.catch(() => undefined)
    this.#client.onmessage = (message) => void this.#toBackend(message)
  }

  /** @throws {BackendError} if there is no way to the backend. */
  async connect(open: OpenChannel): Promise<void> {
    const channel = await open(this.caller, this)
    if (this.#over) {
      await channel.close()
      throw this.#over
    }
    this.#channel = channel
    await this.#client.start()
  }

  /**
   * Waits for the first message of the backend.
   *
   * @returns whether it is an error: the backend has refused to begin.
   * @throws {BackendError} if there is none in time.
   */
  async isRefused(seconds: number): Promise<boolean> {
    const late = new BackendError("timed_out", `no answer within ${seconds} seconds`)
    const timer = setTimeout(() => this.#answered.reject(late), seconds * 1000)
    try {
      return "error" in (await this.#answered.promise)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Whether the client has used the id of this request already, and not got the answer. */
  isOpen(id: string | number): boolean {
    return this.#open.has(id)
  }

  /** Answers a request of the client. `body` is as it goes to the backend. */
  async handle(request: Request, body: unknown): Promise<Response> {
    const lastEventId = request.method === "GET" ? request.headers.get("last-event-id") : null
    const rest = lastEventId === null ? undefined : this.#events.restOfFinished(lastEventId)
    if (rest !== undefined) {
      return new Response(rest, { headers: { "content-type": "text/event-stream" } })
    }
    return await this.#client.handleRequest(request, { parsedBody: body })
  }

  onMessage(message: JSONRPCMessage): void {
    this.#hasAnswered = true
    void this.#pass(message).then(() => this.#answered.resolve(message))
  }

  onEnd(error: BackendError): void {
    this.#over ??= error
    this.#report(error)
    this.#watch.onEnd()
  }

  /** Ends it with its channel. What the backend has not answered is answered with an error. */
  async end(): Promise<void> {
    this.#over ??= new BackendError("closed_early", "the session has ended")
    const reason = this.#over
    this.#answered.reject(reason)
    await Promise.all(this.#open.ids.map((id) => this.#fail(id, reason)))
    await this.#client.close()
    await this.#channel?.close()
  }

  /** An answer that nobody waits for any more is dropped: its request was cancelled. */
  async #pass(message: JSONRPCMessage): Promise<void> {
    if ("method" in message) await this.#toClient(message, this.#open.relatedTo(message))
    else if (message.id !== undefined && this.#open.remove(message.id))
      await this.#toClient(message)
  }

  async #toBackend(message: JSONRPCMessage): Promise<void> {
    const isRequest = "method" in message && "id" in message
    if (isRequest) this.#open.add(message)
    try {
      if (this.#open.size > MAX_OPEN_REQUESTS) {
        throw new BackendError("too_many_requests", `${this.#open.size} requests wait for it`)
      }
      await this.#channel?.send(message)
    } catch (error) {
      if (!(error instanceof BackendError)) throw error
      this.#report(error)
      if (isRequest) await this.#fail(message.id, error)
    }
    await this.#endCancelled(message)
  }

  /** Before its first message, a backend that fails is reported by whoever waits for that. */
  #report(error: BackendError): void {
    if (this.#hasAnswered) this.#watch.onFailure(error)
    else this.#answered.reject(error)
  }

  /** Nobody answers a request that was cancelled, and its stream is to end all the same. */
  async #endCancelled(message: JSONRPCMessage): Promise<void> {
    if (!("method" in message) || message.method !== "notifications/cancelled") return
    const id = isObject(message.params) ? message.params.requestId : undefined
    if ((typeof id === "string" || typeof id === "number") && this.#open.remove(id)) {
      await this.#toClient(rpcErrorMessage(id, "The request was cancelled."))
    }
  }

  #fail(id: string | number, error: BackendError): Promise<void> {
    this.#open.remove(id)
    return this.#toClient(failureMessage(error, id))
  }

  async #toClient(message: JSONRPCMessage, relatedRequestId?: string | number): Promise<void> {
    try {
      await this.#client.send(message, relatedRequestId === undefined ? {} : { relatedRequestId })
    } catch {
      // The client has gone, and holds no event from which it could resume.
    }
  }
}
