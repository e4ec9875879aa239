import { isRecord, messagesOf } from "./json-rpc.ts"

/** What a policy has rules about; a template is a resource that is not known yet. */
export type ObjectKind = "tool" | "prompt" | "resource" | "template"

/** A tool, prompt, resource or resource template that a request names. */
export interface RequestedObject {
  kind: ObjectKind
  name: string
  arguments?: unknown
}

/** A request whose names are no texts, or too long. */
export interface AmbiguousRequest {
  kind: ObjectKind
  method: string
}

/** In characters. Rules look at each, several times, so there is a limit, which no server's names reach. */
export const LONGEST_NAME = 2048
/** Of all names in a body together. */
const MOST_CHARACTERS = 64 * 1024

/** Everything that a JSON-RPC body names, one message or a batch, as far as `isJudged` says. */
export function requestedObjects(
  body: unknown,
  isJudged: (kind: ObjectKind) => boolean,
): RequestedObject[] | AmbiguousRequest {
  const requested: RequestedObject[] = []
  let characters = 0
  for (const message of messagesOf(body)) {
    for (const [kind, name, args] of namedBy(message)) {
      if (!isJudged(kind)) continue
      const length = typeof name === "string" ? name.length : Number.POSITIVE_INFINITY
      characters += length
      if (length > LONGEST_NAME || characters > MOST_CHARACTERS) {
        return { kind, method: String(message.method) }
      }
      requested.push({ kind, name: String(name), ...(args !== undefined && { arguments: args }) })
    }
  }
  return requested
}

type Named = [kind: ObjectKind, name: unknown, args?: unknown]

function namedBy({ method, params }: Record<string, unknown>): Named[] {
  const { name, uri, ref, arguments: args, notifications } = isRecord(params) ? params : {}
  switch (method) {
    case "tools/call":
      return [["tool", name, args]]
    case "prompts/get":
      return [["prompt", name, args]]
    case "resources/read":
    case "resources/subscribe":
      return [["resource", uri]]
    case "completion/complete":
      return [completed(ref)]
    case "subscriptions/listen":
      return subscribed(notifications)
    default:
      return []
  }
}

/** A reference without a type that is known is taken for a prompt without a name. */
function completed(ref: unknown): Named {
  const { type, name, uri } = isRecord(ref) ? ref : {}
  return type === "ref/resource" ? ["template", uri] : ["prompt", type === "ref/prompt" && name]
}

function subscribed(notifications: unknown): Named[] {
  const uris = isRecord(notifications) ? notifications.resourceSubscriptions : undefined
  if (uris === undefined) return []
  return Array.isArray(uris) ? uris.map((uri): Named => ["resource", uri]) : [["resource", uris]]
}
