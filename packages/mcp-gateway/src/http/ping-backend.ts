import { BackendError } from "../backend.ts"
import type { ForwardToSettings } from "../options-schema.ts"
import type { BackendConnection } from "./backend-connection.ts"

/** How long an answer may take once there is a connection. */
const ANSWER_SECONDS = 5

/**
 * Sees whether a server answers a `GET`, which every MCP server knows: with a stream, which ends at once,
 * or with any refusal. Only that it is away is a failure, which is what a load balancer says for it.
 *
 * @throws {BackendError} if it does not.
 */
export async function pingBackend(
  connection: BackendConnection,
  { headers: fixed, connectSeconds }: ForwardToSettings,
  signal?: AbortSignal,
): Promise<void> {
  const headers = { ...fixed, accept: "text/event-stream" }
  const request = { method: "GET", headers, body: null, signal }
  const answerSeconds = connectSeconds + ANSWER_SECONDS
  const answer = await connection.send(request, { isRepeatable: true, answerSeconds })
  if ("stream" in answer) await answer.stream.cancel()
  const { status } = answer
  if (status >= 502 && status <= 504) {
    throw new BackendError("unreachable", `what is in front of it answered with status ${status}`)
  }
}
