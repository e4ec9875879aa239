import type { IncomingHttpHeaders } from "node:http"

/** Whether an answer is a stream of server-sent events. */
export function isEventStream(status: number, headers: IncomingHttpHeaders): boolean {
  return status >= 200 && status < 300 && mediaType(headers) === "text/event-stream"
}

/** Whether an answer says that it is JSON. */
export function isJson(headers: IncomingHttpHeaders): boolean {
  return mediaType(headers) === "application/json"
}

function mediaType({ "content-type": type }: IncomingHttpHeaders): string | undefined {
  return type?.split(";", 1)[0]?.trim().toLowerCase()
}
