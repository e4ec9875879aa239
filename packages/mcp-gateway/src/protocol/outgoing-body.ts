import { exactJson } from "@doorward/boundary"
import type { BackendRefusal } from "../backend.ts"
import { lookAlikeKey } from "./look-alike-keys.ts"
import { mismatchedHeader } from "./message-headers.ts"
import { expectsAnswer, messagesOf } from "./messages.ts"

/** A body that may go to a backend. */
export interface OutgoingBody {
  text: string
  /** Whether it holds a request, which must be answered. */
  expectsAnswer: boolean
  /** Whether sending it twice does no more than sending it once. */
  isRepeatable: boolean
}

/** Why a body may not go to a backend. */
export interface RefusedBody {
  reason: BackendRefusal
  /** The JSON-RPC error code. */
  code: number
  /** Safe to send. */
  message: string
}

/** Methods that only read, or begin a session that nobody uses. */
const REPEATABLE: ReadonlySet<unknown> = new Set([
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "prompts/list",
  "prompts/get",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "completion/complete",
])

const INVALID_REQUEST = -32600
/** Of SEP-2243. */
const HEADER_MISMATCH = -32020

/** Makes the body that a backend gets from what the guard parsed and judged. */
export function outgoingBody(
  headers: Headers,
  body: unknown,
  text: string | undefined,
): OutgoingBody | RefusedBody {
  const messages = messagesOf(body)
  if (!messages) {
    const message = "The body must be a JSON-RPC message, or a batch of them."
    return { reason: "body_not_message", code: INVALID_REQUEST, message }
  }
  const key = lookAlikeKey(messages)
  if (key !== undefined) {
    const message = `The body has a key that can be mistaken for another: ${JSON.stringify(key)}.`
    return { reason: "body_ambiguous", code: INVALID_REQUEST, message }
  }
  const header = mismatchedHeader(headers, body)
  if (header !== undefined) {
    const message = `The header ${header} is missing, or does not say what the body says.`
    return { reason: "header_mismatch", code: HEADER_MISMATCH, message }
  }
  try {
    return {
      text: JSON.stringify(exactJson(body, text)),
      expectsAnswer: expectsAnswer(messages),
      isRepeatable: messages.every(({ method }) => REPEATABLE.has(method)),
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const message = "The body is nested too deeply."
    return { reason: "body_too_deep", code: INVALID_REQUEST, message }
  }
}
