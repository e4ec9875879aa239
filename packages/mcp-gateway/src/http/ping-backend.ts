import { BackendError } from "../backend.ts"
import type { ForwardToSettings } from "../options-schema.ts"
import type { BackendConnection } from "./backend-connection.ts"

/** How long an answer may take once there is a connection. */
const ANSWER_SECONDS = 5

/**
 * Sees whether a server answers. It may answer anything, since without a token and a session most refuse
 * a `HEAD`; except that it is away, which is what a load balancer says for it.
 *
 * @throws {BackendError} if it does not.
 */
export async function pingBackend(
  connection: BackendConnection,
  { headers, connectSeconds }: ForwardToSettings,
  signal?: AbortSignal,
): Promise<void> {
  const request = { method: "HEAD", headers, body: null, signal }
  const answerSeconds = connectSeconds + ANSWER_SECONDS
  const answer = await connection.send(request, { isRepeatable: true, answerSeconds })
  if ("stream" in answer) await answer.stream.cancel()
  const { status } = answer
  if (status >= 502 && status <= 504) {
    throw new BackendError("unreachable", `what is in front of it answered with status ${status}`)
  }
}
