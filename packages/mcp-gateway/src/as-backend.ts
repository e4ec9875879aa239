import type { ServeMcp } from "@doorward/mcp-server"
import type { Backend } from "./backend.ts"

/** Makes a {@link Backend} of its parts. A function's own name can only be set this way. */
export function asBackend(
  name: string,
  serve: ServeMcp,
  rest: Pick<Backend, "ping" | "inspect" | "close" | "serveOpen">,
): Backend {
  const backend: ServeMcp = (request, options) => serve(request, options)
  return Object.assign(Object.defineProperty(backend, "name", { value: name }), rest)
}
