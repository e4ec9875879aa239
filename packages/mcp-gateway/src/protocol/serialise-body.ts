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
 * The JSON text of a body, written anew from what was parsed: whoever reads it, however they treat a
 * repeated key, reads the same request that a policy has judged.
 *
 * @param text where the body came from. Numbers that JavaScript cannot hold exactly are taken from it.
 * @throws {RangeError} if the body is nested too deeply.
 */
export function serialiseBody(body: unknown, text: string | undefined): string {
  return JSON.stringify(exactBody(body, text))
}

/** The body for `JSON.stringify`, which then writes every number as it came. */
export function exactBody(body: unknown, text: string | undefined): unknown {
  const isExact = text === undefined || !MAYBE_INEXACT.test(text)
  return isExact ? body : JSON.parse(text, asWritten)
}

function asWritten(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== "number" || source === undefined || source === String(value)) return value
  return JSON.rawJSON(source)
}
