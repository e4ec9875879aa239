import type { IncomingHttpHeaders } from "node:http"

/** Whether an answer is a stream of server-sent events. */
export function isEventStream(status: number, headers: IncomingHttpHeaders): boolean {
  return status === 200 && mediaType(headers) === "text/event-stream"
}

/** Whether an answer says that it is JSON. */
export function isJson(headers: IncomingHttpHeaders): boolean {
  return mediaType(headers) === "application/json"
}

/** A header that was sent twice is a list, whatever its type says; then there is no media type. */
function mediaType({ "content-type": type }: Record<string, string | string[] | undefined>) {
  return typeof type === "string" ? type.split(";", 1)[0]?.trim().toLowerCase() : undefined
}
