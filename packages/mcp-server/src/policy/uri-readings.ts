/** What a URI may mean to a server. */
export interface UriReadings {
  /** Ways to write the same URI, the given one first. */
  same: ReadonlySet<string>
  /** What is left of it for a server that ignores the query or an empty last segment. */
  shortened: ReadonlySet<string>
}

/** How often an escape may itself be escaped: more than any server decodes. */
const ROUNDS = 3

/**
 * How a server may read a URI: as it came, normalised (`..`, case of the scheme), with its escapes
 * decoded, and without repeated slashes. Escapes can hide each other, so each reading is read again.
 */
export function uriReadings(uri: string): UriReadings {
  const same = new Set([uri])
  for (let round = 0, latest = [uri]; round < ROUNDS && latest.length > 0; round++) {
    latest = latest.flatMap(rewritten).filter((each) => !same.has(each))
    for (const each of latest) same.add(each)
  }
  const shortened = new Set<string>()
  for (const each of same) {
    const withoutQuery = each.replace(/[?#].*$/s, "")
    shortened.add(each.replace(/#.*$/s, "")).add(withoutQuery).add(withoutQuery.replace(/\/+$/, ""))
  }
  return { same, shortened }
}

function rewritten(uri: string): string[] {
  const withoutRepeats = uri.replace(/(?<=[^:/]\/|:\/{3})\/+/g, "")
  return [normalised(uri), decoded(uri), withoutRepeats, uri.replaceAll("\\", "/")]
}

const normalised = (uri: string) => (URL.canParse(uri) ? new URL(uri).href : uri)

/** Escape by escape, so that one that is none hides no other. */
const decoded = (uri: string) =>
  uri.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes.replace(/%[2-7][\da-f]/gi, decodeURIComponent)
    }
  })
