/** A JSON-RPC message, as far as the gateway reads one. */
export type Message = Readonly<Record<string, unknown>>

/** The messages of a body: one, or those of a batch. `undefined` if it is neither. */
export function messagesOf(body: unknown): readonly Message[] | undefined {
  const messages = Array.isArray(body) ? body : [body]
  return messages.length > 0 && messages.every(isMessage) ? messages : undefined
}

/** Members of `params` that say what a request is about: a tool, a prompt, a resource, a task. */
const DECISIVE = ["name", "uri", "taskId"]

/** Some servers take `["a"]` for `"a"`, and no policy does: what decides must be a text, or missing. */
function isMessage(value: unknown): value is Message {
  if (!isObject(value)) return false
  const { method, params } = value
  const about = isObject(params) ? DECISIVE.map((member) => params[member]) : []
  return [method, ...about].every((each) => each === undefined || typeof each === "string")
}

/** The `id` that an error about this body carries; `null` for a batch or a notification. */
export function requestId(body: unknown): string | number | null {
  if (!isObject(body) || typeof body.method !== "string") return null
  return typeof body.id === "string" || typeof body.id === "number" ? body.id : null
}

/** Whether a body asks for an answer, in any of its messages. */
export function expectsAnswer(messages: readonly Message[]): boolean {
  return messages.some(({ id, method }) => id !== undefined && typeof method === "string")
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
