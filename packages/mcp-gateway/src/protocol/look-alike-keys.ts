import { isObject, type Message } from "./messages.ts"

/** The members of an object that decide what a request is, and the objects among them. */
interface Level {
  names: ReadonlySet<string>
  folded: ReadonlySet<string>
  inner: ReadonlyMap<string, Level>
}

const message = level(["jsonrpc", "id", "method", "params", "result", "error"], {
  params: level(["name", "uri", "ref", "argument", "arguments", "taskId", "notifications"], {
    ref: level(["type", "name", "uri"]),
    notifications: level(["resourceSubscriptions"]),
  }),
})

/**
 * A key that another JSON reader may take for one that a policy has judged: `Name` for `name`.
 *
 * Go's `encoding/json` and readers of C# compare keys without case (Go also takes `ſ` for `s`), some
 * compare them without `_` and `-`, and all take the last one. What tools are called with is not looked
 * at: no policy depends on the case of its keys.
 */
export function lookAlikeKey(messages: readonly Message[]): string | undefined {
  for (const each of messages) {
    const key = lookAlikeIn(each, message)
    if (key !== undefined) return key
  }
  return undefined
}

function lookAlikeIn(object: Message, { names, folded, inner }: Level): string | undefined {
  for (const key of Object.keys(object)) {
    if (!names.has(key)) {
      if (key === "__proto__" || folded.has(fold(key))) return key
      continue
    }
    const below = inner.get(key)
    const value = object[key]
    const found = below && isObject(value) ? lookAlikeIn(value, below) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function level(names: readonly string[], inner: Readonly<Record<string, Level>> = {}): Level {
  return {
    names: new Set(names),
    folded: new Set(names.map(fold)),
    inner: new Map(Object.entries(inner)),
  }
}

function fold(key: string): string {
  return key.toUpperCase().toLowerCase().replace(/[_-]/g, "")
}
