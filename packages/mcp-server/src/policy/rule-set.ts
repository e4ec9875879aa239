import {
  covers,
  type NamePattern,
  namePattern,
  overlaps,
  templatePattern,
  uriPattern,
} from "./name-pattern.ts"
import type { PolicyRule, PolicyRules } from "./policy.ts"
import { uriReadings } from "./uri-readings.ts"

/** The rules of one kind of object, ready to be asked. */
export interface RuleSet {
  /** Whether any name is treated differently from any other, or refused. */
  isEmpty: boolean
  rulesFor(name: string): AppliedRules
  /** The names of the rules that match. */
  matched(name: string): readonly string[]
}

/** What the rules have to say of one object. */
export interface AppliedRules {
  /** Those that a caller must meet, every one. */
  all: readonly PolicyRule[]
  /** Those of which a caller must meet one, if there are any. */
  oneOf: readonly PolicyRule[]
  /** Whether the default decides too: no rule names the object. */
  isUnnamed: boolean
}

interface NamedRule {
  name: string
  rule: PolicyRule
  pattern: NamePattern
}

/** Of tools or prompts. */
export function rulesOfNames(rules: PolicyRules = {}): RuleSet {
  const exact = new Map(Object.entries(rules).filter(([name]) => !name.includes("*")))
  const wild = named(rules, namePattern).filter(({ name }) => !exact.has(name))
  const matching = (name: string) => wild.filter(({ pattern }) => covers(pattern, name))
  return {
    isEmpty: exact.size + wild.length === 0,
    rulesFor(name) {
      const own = exact.get(name)
      const all = [...(own ? [own] : []), ...matching(name).map(({ rule }) => rule)]
      return { all, oneOf: [], isUnnamed: all.length === 0 }
    },
    matched: (name) => [
      ...(exact.has(name) ? [name] : []),
      ...matching(name).map((rule) => rule.name),
    ],
  }
}

/**
 * Of resources. Every way to read the URI that a rule matches makes the rule apply; and only if rules
 * match all ways to write it do they name it, so that none slips through on a spelling.
 */
export function rulesOfUris(rules: PolicyRules = {}): RuleSet {
  const all = named(rules, uriPattern)
  const matching = (uri: string) => all.filter(({ pattern }) => covers(pattern, uri))
  return {
    isEmpty: all.length === 0,
    rulesFor(uri) {
      const { same, shortened } = uriReadings(uri)
      const named = [...same].map(matching)
      const found = new Set([...named, ...[...shortened].map(matching)].flat())
      return {
        all: [...found].map(({ rule }) => rule),
        oneOf: [],
        isUnnamed: named.some((each) => each.length === 0),
      }
    },
    matched: (uri) => matching(uri).map(({ name }) => name),
  }
}

/** Of resource templates, by the rules of resources: what all that they can become must meet. */
export function rulesOfTemplates(rules: PolicyRules = {}): RuleSet {
  const all = named(rules, uriPattern)
  const overlapping = (template: NamePattern) =>
    all.filter(({ pattern }) => overlaps(pattern, template))
  return {
    isEmpty: all.length === 0,
    rulesFor(text) {
      const template = templatePattern(text)
      const covering = all.filter(({ pattern }) => covers(pattern, template))
      const some = overlapping(template)
      return {
        all: covering.map(({ rule }) => rule),
        // Where rules cover all that it can become, they decide alone.
        oneOf: covering.length > 0 ? [] : some.map(({ rule }) => rule),
        isUnnamed: some.length === 0,
      }
    },
    matched: (text) => overlapping(templatePattern(text)).map(({ name }) => name),
  }
}

function named(rules: PolicyRules, patternOf: (name: string) => NamePattern): NamedRule[] {
  return Object.entries(rules).map(([name, rule]) => ({ name, rule, pattern: patternOf(name) }))
}
