/** The messages of a JSON-RPC body: one, or a batch of them. What is no object is left out. */
export function messagesOf(body: unknown): Record<string, unknown>[] {
  return (Array.isArray(body) ? body : [body]).filter(isRecord)
}

/** Whether a body asks for one of `methods`, alone or in a batch. */
export function callsOneOf(body: unknown, methods: ReadonlySet<unknown>): boolean {
  return messagesOf(body).some(({ method }) => methods.has(method))
}

/** A JSON-RPC error that answers no request in particular. */
export function rpcError(code: number, message: string): string {
  return JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null })
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
