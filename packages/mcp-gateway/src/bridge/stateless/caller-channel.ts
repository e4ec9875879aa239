import type { JSONRPCMessage, JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js"
import { BackendError } from "../../backend.ts"
import type { Caller } from "../../identity/caller.ts"
import type { BackendChannel, ChannelListener, OpenChannel } from "../backend-channel.ts"
import type { LiveSession } from "../live-sessions.ts"
import { PendingRequest } from "./pending-request.ts"
import { asClientKnows, numberOf, renumbered } from "./renumbered.ts"

const MAX_PENDING = 1000

/** Who is told of a channel's end. */
export interface CallerChannelWatch {
  /** The backend has ended by itself. */
  onFailure(error: BackendError): void
  /** It takes no more requests. */
  onOver(): void
}

/** A channel for all requests of one caller that belong to no session. */
export class CallerChannel implements ChannelListener, LiveSession {
  readonly id = crypto.randomUUID()
  readonly caller: Caller
  readonly #watch: CallerChannelWatch
  /** The newest one comes last. */
  readonly #pending = new Map<number, PendingRequest>()
  #channel: BackendChannel | undefined
  #over: BackendError | undefined
  #last = 0

  constructor(caller: Caller, watch: CallerChannelWatch) {
    this.caller = caller
    this.#watch = watch
  }

  /** @throws {BackendError} if there is no way to the backend. */
  async connect(open: OpenChannel): Promise<void> {
    this.#channel = await open(this.caller, this)
    if (!this.#over) return
    await this.#channel.close()
    throw this.#over
  }

  /** Answers a request. When its client leaves, it is cancelled. */
  async request(request: JSONRPCRequest, signal: AbortSignal): Promise<Response> {
    this.#last += 1
    const number = this.#last
    const leave = () => this.#cancel(number)
    const pending = new PendingRequest(request, leave)
    this.#pending.set(number, pending)
    signal.addEventListener("abort", leave)
    try {
      if (this.#over) throw this.#over
      if (this.#pending.size > MAX_PENDING) {
        throw new BackendError("too_many_requests", `${this.#pending.size} requests wait for it`)
      }
      await this.#channel?.send(renumbered(request, number))
      return await pending.response
    } catch (error) {
      this.#forget(number)
      throw error
    } finally {
      signal.removeEventListener("abort", leave)
    }
  }

  onMessage(message: JSONRPCMessage): void {
    const number = numberOf(message, [...this.#pending.keys()].at(-1))
    const pending = number === undefined ? undefined : this.#pending.get(number)
    if (number === undefined || !pending) return
    const known = asClientKnows(message, pending.request)
    if (!("method" in message)) {
      this.#pending.delete(number)
      pending.answer(known)
    } else if (!("id" in message)) {
      pending.notify(known)
    }
  }

  onEnd(error: BackendError): void {
    this.#over ??= error
    this.#watch.onFailure(error)
  }

  async end(): Promise<void> {
    this.#over ??= new BackendError("closed_early", "the process has ended")
    this.#watch.onOver()
    for (const pending of this.#pending.values()) pending.fail(this.#over)
    this.#pending.clear()
    await this.#channel?.close()
  }

  #cancel(number: number): void {
    if (!this.#forget(number)) return
    const params = { requestId: number }
    const cancelled = { jsonrpc: "2.0" as const, method: "notifications/cancelled", params }
    // A backend that has ended, or reads nothing, is noticed by what waits for its answer.
    this.#channel?.send(cancelled).catch(() => undefined)
  }

  #forget(number: number): boolean {
    this.#pending.get(number)?.end()
    return this.#pending.delete(number)
  }
}
