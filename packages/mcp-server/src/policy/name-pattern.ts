/** Any text without a slash. */
const SEGMENT = Symbol("segment")
/** Any text. */
const ANYTHING = Symbol("anything")

/** A character, or a stretch of text that is not known. */
type Part = string | typeof SEGMENT | typeof ANYTHING

/** A name with wildcards, or a URI template: the texts that it stands for. */
export type NamePattern = readonly Part[]

/** Of names, in which a slash is a character like any other. */
export function namePattern(text: string): NamePattern {
  return text
    .split(/(\*+)/)
    .flatMap((part): Part[] => (part.startsWith("*") ? [ANYTHING] : [...part]))
}

/** Of URIs: `*` ends at a slash, `**` does not. */
export function uriPattern(text: string): NamePattern {
  return text.split(/(\*+)/).flatMap((part): Part[] => {
    if (!part.startsWith("*")) return [...part]
    return [part === "*" ? SEGMENT : ANYTHING]
  })
}

/** Of URI templates (RFC 6570): a simple expression escapes slashes, one with an operator may have them. */
export function templatePattern(template: string): NamePattern {
  return template.split(/(\{[^{}]*\})/).flatMap((part): Part[] => {
    if (!/^\{.*\}$/s.test(part)) return [...part]
    return [/^\{\w/.test(part) ? SEGMENT : ANYTHING]
  })
}

/**
 * Whether a pattern stands for every text that another one stands for; a text is a pattern without
 * wildcards. The time is bounded by the product of their lengths, whatever is in them.
 */
export function covers(pattern: NamePattern, other: Iterable<Part>): boolean {
  let places = withSkipped(pattern, new Set([0]))
  for (const part of other) {
    const next = new Set<number>()
    for (const place of places) {
      const expected = pattern[place]
      if (absorbs(expected, part)) next.add(place)
      else if (expected === part) next.add(place + 1)
    }
    if (next.size === 0) return false
    places = withSkipped(pattern, next)
  }
  return places.has(pattern.length)
}

/** Whether there is a text that both patterns stand for. */
export function overlaps(one: NamePattern, other: NamePattern): boolean {
  const seen = new Set<number>()
  const open: [number, number][] = [[0, 0]]
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [i, j] = pair
    if (i > one.length || j > other.length) continue
    if (i === one.length && j === other.length) return true
    const key = i * (other.length + 1) + j
    if (seen.has(key)) continue
    seen.add(key)
    const a = one[i]
    const b = other[j]
    if (isWild(a)) open.push([i + 1, j])
    if (isWild(b)) open.push([i, j + 1])
    if (typeof a === "string" && a === b) open.push([i + 1, j + 1])
    if (typeof b === "string" && absorbs(a, b)) open.push([i, j + 1])
    if (typeof a === "string" && absorbs(b, a)) open.push([i + 1, j])
  }
  return false
}

const isWild = (part: Part | undefined) => typeof part === "symbol"

function absorbs(wild: Part | undefined, part: Part): boolean {
  return wild === ANYTHING || (wild === SEGMENT && part !== "/" && part !== ANYTHING)
}

/** A wildcard may stand for nothing. */
function withSkipped(pattern: NamePattern, places: Set<number>): Set<number> {
  // A set goes on to what is added while it is gone through.
  for (const place of places) if (isWild(pattern[place])) places.add(place + 1)
  return places
}
