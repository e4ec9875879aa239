import type { ObjectKind } from "../protocol/requested-objects.ts"
import { type Decider, decider } from "./decide.ts"
import type { Policy, UnmatchedRule } from "./policy.ts"

/** Finds rules that match nothing which a server has: their names may be misspelled. */
export interface UnmatchedRules {
  /** Takes note of what a page of a list shows, before anything is taken out of it. */
  observe(kind: ObjectKind, names: readonly unknown[], isLastPage: boolean): void
}

/** The lists that show what rules may be about: a resource may be listed, or come from a template. */
const KINDS = { tools: ["tool"], prompts: ["prompt"], resources: ["resource", "template"] } as const

/** Reports each such rule once, when every list that might have shown a match has come to its end. */
export function unmatchedRules(
  policy: Policy,
  { rules }: Decider,
  report: (rule: UnmatchedRule) => void,
): UnmatchedRules {
  const unseen = {
    tools: new Set(Object.keys(policy.tools ?? {})),
    prompts: new Set(Object.keys(policy.prompts ?? {})),
    resources: new Set(Object.keys(policy.resources ?? {})),
  }
  const ended = new Set<ObjectKind>()
  return {
    observe(kind, names, isLastPage) {
      const list = listOf(kind)
      if (unseen[list].size === 0) return
      for (const name of names) {
        if (typeof name !== "string") continue
        for (const rule of rules[kind].matched(name)) unseen[list].delete(rule)
      }
      if (isLastPage) ended.add(kind)
      if (!KINDS[list].every((each) => ended.has(each))) return
      for (const name of unseen[list]) report({ rules: list, name })
      unseen[list].clear()
    },
  }
}

function listOf(kind: ObjectKind): keyof typeof KINDS {
  if (kind === "tool") return "tools"
  return kind === "prompt" ? "prompts" : "resources"
}

/** What a server has, by the lists that show it. */
export interface OfferedObjects {
  /** The names of its tools. */
  tools: readonly string[]
  /** The names of its prompts. */
  prompts: readonly string[]
  /** The URIs of its resources. */
  resources: readonly string[]
  /** The URI templates of its resources (RFC 6570). */
  resourceTemplates: readonly string[]
}

/**
 * The rules of a policy that match nothing which a server has: their names may be misspelled.
 *
 * @example
 * const { tools } = await client.listTools()
 * const offered = { tools: tools.map(({ name }) => name), prompts: [], resources: [], resourceTemplates: [] }
 * console.log(rulesWithoutMatch(policy, offered))
 */
export function rulesWithoutMatch(policy: Policy, offered: OfferedObjects): UnmatchedRule[] {
  const found: UnmatchedRule[] = []
  const rules = unmatchedRules(policy, decider(policy), (rule) => found.push(rule))
  rules.observe("tool", offered.tools, true)
  rules.observe("prompt", offered.prompts, true)
  rules.observe("resource", offered.resources, true)
  rules.observe("template", offered.resourceTemplates, true)
  return found
}
