import type {
  JSONRPCMessage,
  JSONRPCRequest,
  ProgressToken,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js"
import { isObject } from "../protocol/messages.ts"

/** The requests of a client that the backend has not answered. */
export class OpenRequests {
  /** The newest one comes last. */
  readonly #tokens = new Map<RequestId, ProgressToken | undefined>()
  readonly #byToken = new Map<ProgressToken, RequestId>()
  #newest: RequestId | undefined

  get size(): number {
    return this.#tokens.size
  }

  get ids(): readonly RequestId[] {
    return [...this.#tokens.keys()]
  }

  has(id: RequestId): boolean {
    return this.#tokens.has(id)
  }

  add({ id, params }: JSONRPCRequest): void {
    const token = params?._meta?.progressToken
    this.#tokens.set(id, token)
    if (token !== undefined) this.#byToken.set(token, id)
    this.#newest = id
  }

  /** @returns false if it was not open. */
  remove(id: RequestId): boolean {
    const token = this.#tokens.get(id)
    if (token !== undefined && this.#byToken.get(token) === id) this.#byToken.delete(token)
    const wasOpen = this.#tokens.delete(id)
    if (this.#newest === id) this.#newest = this.ids.at(-1)
    return wasOpen
  }

  /**
   * The request on whose stream a request or notification of the backend goes to the client; `undefined`
   * if none is open. Over stdio only progress says what it belongs to. The rest goes with the newest one.
   */
  relatedTo(message: JSONRPCMessage): RequestId | undefined {
    const isProgress = "method" in message && message.method === "notifications/progress"
    if (!isProgress) return this.#newest
    const token = isObject(message.params) ? message.params.progressToken : undefined
    const isToken = typeof token === "string" || typeof token === "number"
    return isToken ? this.#byToken.get(token) : undefined
  }
}
