/**
 * The names of the tools that a JSON-RPC body calls: one message, or a batch of them.
 *
 * A message that calls a tool without a name is skipped: the server refuses it.
 */
export function calledTools(body: unknown): readonly string[] {
  const messages = Array.isArray(body) ? body : [body]
  return messages.flatMap((message) => {
    const name = isRecord(message) && message.method === "tools/call" && readName(message.params)
    return typeof name === "string" ? [name] : []
  })
}

/** Whether a body asks for `method`, alone or in a batch. */
export function callsMethod(body: unknown, method: string): boolean {
  const messages = Array.isArray(body) ? body : [body]
  return messages.some((message) => isRecord(message) && message.method === method)
}

/** A JSON-RPC error that answers no request in particular. */
export function rpcError(code: number, message: string): string {
  return JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null })
}

function readName(params: unknown): unknown {
  return isRecord(params) ? params.name : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}
