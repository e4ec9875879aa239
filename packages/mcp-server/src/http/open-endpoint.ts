import { readBoundedBody } from "@doorward/boundary"
import type { OpenDiscovery } from "../open-discovery.ts"
import { noOpenStream, openFailed, tooManyOpenRequests } from "../open-refusals.ts"
import { nobody } from "../policy/caller.ts"
import type { GuardPolicy } from "../policy/guard-policy.ts"
import { isRecord } from "../protocol/json-rpc.ts"
import type { Refused } from "../refusals.ts"
import { readJsonBody } from "./json-body.ts"
import { visibleResponse } from "./visible-response.ts"

/** What strangers can make this server hold, all of them together. */
const maxInFlight = 16
const maxRequestBytes = 64 * 1024
const maxAnswerBytes = 4 * 1024 * 1024
const maxMessages = 20
const answerMs = 30_000

/**
 * Answers requests without a token, if they ask only for what is open. An answer is read to its end before it
 * is sent, so that nobody holds a stream open without having signed in.
 *
 * @returns `undefined` for every other request, which then needs a token as always.
 */
export function openEndpoint(
  { methods, serve }: OpenDiscovery,
  policy: GuardPolicy | undefined,
  refuse: (refused: Refused) => Response,
): (request: Request, parsedBody: unknown) => Promise<Response | undefined> {
  const open = new Set<unknown>(methods)
  if (open.has("initialize")) open.add("notifications/initialized")
  let inFlight = 0

  function isOpen(body: unknown): boolean {
    const messages = Array.isArray(body) ? body : [body]
    if (messages.length === 0 || messages.length > maxMessages) return false
    return messages.every((message) => isRecord(message) && open.has(message.method))
  }

  async function answer(request: Request, json: { body: unknown; text?: string }) {
    const response = await serve(request, {
      parsedBody: json.body,
      ...(json.text !== undefined && { bodyText: json.text }),
    })
    let broken: Refused | undefined
    const visible = policy
      ? await visibleResponse(response, json.body, policy.filter(nobody), (refused) => {
          broken = refused
        })
      : response
    if ("refused" in visible) return refuse(visible.refused)
    const { status, headers: answered } = visible
    const body = visible.body && (await readBoundedBody(visible.body, maxAnswerBytes))
    if (broken) return refuse({ ...broken, status: 500 })
    const headers = new Headers(answered)
    headers.delete("mcp-session-id")
    headers.delete("content-length")
    return new Response(body, { status, headers })
  }

  return async (request, parsedBody) => {
    if (!isOfNobody(request)) return undefined
    if (open.has("initialize") && wantsStream(request)) return refuse(noOpenStream)
    if (request.method !== "POST") return undefined
    const json = await readJsonBody(request, maxRequestBytes, parsedBody)
    if ("refused" in json || !isOpen(json.body)) return undefined
    if (inFlight >= maxInFlight) return refuse(tooManyOpenRequests)
    inFlight += 1
    const answering = answer(request, json).finally(() => {
      inFlight -= 1
    })
    try {
      return await inTime(answering)
    } catch (error) {
      return refuse(openFailed(error))
    }
  }
}

/** Whether a request has no token at all: one with a bad token is told so, and gets nothing. */
const isOfNobody = ({ headers }: Request): boolean =>
  ["authorization", "dpop", "mcp-session-id"].every((name) => !headers.has(name))

/** Clients of the older revisions listen after `initialize`, and would sign in for that. */
const wantsStream = ({ method, headers }: Request): boolean =>
  method === "GET" && (headers.get("accept") ?? "").includes("text/event-stream")

/** Gives up waiting. The server goes on, and its place stays taken until it is done. */
function inTime<T>(answering: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the answer took too long")), answerMs)
  })
  return Promise.race([answering, tooLate]).finally(() => clearTimeout(timer))
}
