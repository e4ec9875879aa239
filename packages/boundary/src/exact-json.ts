declare global {
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown
    rawJSON(text: string): object
  }
}

/**
 * A number of 16 characters or more, or with an exponent: JavaScript holds all others exactly. No text
 * inside quotes begins right after one of these characters.
 */
const MAYBE_INEXACT = /(?:^|[:,[\s])-?(?:[\d.]{16}|\d[\d.]*[eE])/

/**
 * A parsed JSON value for `JSON.stringify`, which then writes every number as it came.
 *
 * @param text where the value came from. Numbers that JavaScript cannot hold exactly are taken from it;
 * without it, or on a runtime without `JSON.rawJSON`, they stay rounded.
 */
export function exactJson(value: unknown, text: string | undefined): unknown {
  if (text === undefined || !MAYBE_INEXACT.test(text) || !("rawJSON" in JSON)) return value
  return JSON.parse(text, asWritten)
}

function asWritten(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== "number" || source === undefined || source === String(value)) return value
  return JSON.rawJSON(source)
}
