import { exactJson } from "@doorward/boundary"
import { policyFailed } from "../policy/refusals.ts"
import { type AnswerFilter, FILTERED_METHODS, mayNeedFilter } from "../policy/visible-answer.ts"
import { callsOneOf } from "../protocol/json-rpc.ts"
import type { Refused } from "../refusals.ts"
import { rewrittenEventStream } from "./rewritten-event-stream.ts"

/**
 * A response of the server, with only what its caller may see. What cannot be read does not pass.
 *
 * @param onBroken is told why an event stream broke off, whose status has been sent by then.
 */
export async function visibleResponse(
  response: Response,
  requestBody: unknown,
  filter: AnswerFilter,
  onBroken: (refused: Refused) => void,
): Promise<Response | { refused: Refused }> {
  const type = response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase()
  const isStream = type === "text/event-stream"
  const isList = callsOneOf(requestBody, FILTERED_METHODS)
  // On the stream of a GET, answers to anything may come.
  const isFiltered = isStream
    ? isList || filter.filtersUpdates || requestBody === undefined
    : isList && type?.endsWith("json")
  // Only now: servers send a response quicker whose body nobody has asked for.
  if (!isFiltered || !response.body) return response
  const { status, statusText } = response
  const headers = new Headers(response.headers)
  headers.delete("content-length")
  try {
    const encoding = headers.get("content-encoding") ?? "identity"
    if (encoding !== "identity") throw new TypeError(`the content-encoding is ${encoding}`)
    const body = isStream
      ? rewrittenEventStream(
          response.body,
          async (text) => (mayNeedFilter(text) ? visibleText(text, filter) : text),
          (error) => onBroken({ ...policyFailed(error), status: 200 }),
        )
      : ((await visibleText(await response.text(), filter)) ?? null)
    return new Response(body, { status, statusText, headers })
  } catch (error) {
    await response.body.cancel().catch(() => undefined)
    return { refused: policyFailed(error) }
  }
}

/** @returns `undefined` if nothing is left. */
async function visibleText(text: string, filter: AnswerFilter): Promise<string | undefined> {
  const visible = await filter.visible(exactJson(JSON.parse(text), text))
  return visible === undefined ? undefined : JSON.stringify(visible)
}
