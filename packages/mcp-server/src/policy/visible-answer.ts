import { isRecord, messagesOf } from "../protocol/json-rpc.ts"
import type { ObjectKind } from "../protocol/requested-objects.ts"
import type { Caller } from "./caller.ts"
import type { Decider } from "./decide.ts"
import type { UnmatchedRules } from "./unmatched-rules.ts"

/** A list in a result: the member that it is in, what it lists, and the member that names each. */
interface Listing {
  member: string
  kind: ObjectKind
  nameMember: string
}

const LISTINGS: readonly Listing[] = [
  { member: "tools", kind: "tool", nameMember: "name" },
  { member: "prompts", kind: "prompt", nameMember: "name" },
  { member: "resources", kind: "resource", nameMember: "uri" },
  { member: "resourceTemplates", kind: "template", nameMember: "uriTemplate" },
]

/** The methods whose result depends on the caller where a policy judges. */
export const FILTERED_METHODS: ReadonlySet<unknown> = new Set([
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
])

/** Texts without any of these pass as they are: nothing in them is filtered. */
const MAYBE_FILTERED =
  /"(?:tools|prompts|resources|resourceTemplates|contents)"|resources\\?\/updated/

/** Whether the JSON text of a message may hold anything to filter. */
export const mayNeedFilter = (text: string): boolean => MAYBE_FILTERED.test(text)

/** What a caller may see of the messages that a server sends. */
export interface AnswerFilter {
  /** Whether it leaves out news of resources, which may come on any event stream. */
  filtersUpdates: boolean
  /**
   * Takes from a JSON-RPC body, one message or a batch, what the caller may not use, in place.
   *
   * @returns the body; `undefined` if nothing is left of it.
   */
  visible(body: unknown): Promise<unknown>
}

/**
 * A filter that looks at the form of results, not at what was asked: on the stream of a `GET` come answers
 * to anything.
 */
export function answerFilter(
  decider: Decider,
  caller: Caller,
  unmatched: UnmatchedRules,
): AnswerFilter {
  const isVisible = async (kind: ObjectKind, name: unknown) =>
    typeof name === "string" && (await decider.decide([{ kind, name }], caller)).isAllowed

  async function filterLists(result: Record<string, unknown>): Promise<void> {
    for (const { member, kind, nameMember } of LISTINGS) {
      const listed = result[member]
      if (!decider.judges(kind) || !Array.isArray(listed)) continue
      const items = listed.filter(isRecord)
      const isLast = result.nextCursor === undefined
      unmatched.observe(
        kind,
        items.map((item) => item[nameMember]),
        isLast,
      )
      const isShown = await Promise.all(items.map((item) => isVisible(kind, item[nameMember])))
      result[member] = items.filter((_, index) => isShown[index])
      keepPrivate(result)
    }
    if (Array.isArray(result.contents) && decider.judges("resource")) keepPrivate(result)
  }

  async function isPassed({ method, params }: Record<string, unknown>): Promise<boolean> {
    if (method !== "notifications/resources/updated" || !decider.judges("resource")) return true
    return isVisible("resource", isRecord(params) ? params.uri : undefined)
  }

  return {
    filtersUpdates: decider.judges("resource"),
    async visible(body) {
      const messages = messagesOf(body)
      for (const { result } of messages) if (isRecord(result)) await filterLists(result)
      const isKept = await Promise.all(messages.map(isPassed))
      if (isKept.every(Boolean)) return body
      return Array.isArray(body) ? messages.filter((_, index) => isKept[index]) : undefined
    },
  }
}

/** What one caller sees, no cache may show to another (`cacheScope`, MCP 2026-07-28). */
function keepPrivate(result: Record<string, unknown>): void {
  if ("cacheScope" in result || "ttlMs" in result) result.cacheScope = "private"
}
