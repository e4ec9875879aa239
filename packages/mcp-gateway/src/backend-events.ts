import type { BackendError, BackendEvent, BackendRefusal } from "./backend.ts"
import { failureResponse, statusOf } from "./backend-failure.ts"
import type { Caller } from "./identity/caller.ts"

/** Reports what happens at one backend. */
export interface BackendEvents {
  /** A request that could not be served: reports it, and answers it. */
  failed(error: BackendError, body: unknown): Response
  /** An answer that ended after it had begun. */
  brokenOff(error: BackendError): void
  /** A request that goes no further: reports why, and hands on the answer to it. */
  refused(reason: BackendRefusal, caller: Caller, response: Response): Response
}

export function backendEvents(
  backend: string,
  onEvent: ((event: BackendEvent) => void) | undefined,
): BackendEvents {
  return {
    failed(error, body) {
      const { failure } = error
      onEvent?.({
        type: "backend.failed",
        backend,
        failure,
        status: statusOf(failure),
        cause: error,
      })
      return failureResponse(error, body)
    },
    brokenOff(error) {
      onEvent?.({ type: "backend.failed", backend, failure: error.failure, cause: error })
    },
    refused(reason, { subject, clientId }, response) {
      const { status } = response
      onEvent?.({ type: "request.refused", backend, reason, status, subject, clientId })
      return response
    },
  }
}
